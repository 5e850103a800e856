// The contracts that snapshots were checked against, kept beside them: contracts/<digest>.json, one
// for each digest that a manifest names, with what it extends resolved. Written before the snapshot
// is published, never changed; it is how a later version can be compared with what once held.
import { readFile } from 'node:fs/promises'
import { limits } from '../config/limits.ts'
import { isLandingError, LandingError } from '../contracts/errors.ts'
import type { TableContract } from '../contracts/table-contract.ts'
import {
  makeFolderDurably,
  replaceFileDurably,
  storageError,
  systemErrorCode,
} from './durable-files.ts'
import type { LakeLayout } from './lake-layout.ts'
import { sealJson, unsealJson } from './sealed-json.ts'

const storedFormat = 1

interface StoredContract {
  readonly format: typeof storedFormat
  readonly contract: TableContract
}

/** Stores a contract under its digest; one that is there already, and whole, stays as it is. */
export async function storeContract(lake: LakeLayout, contract: TableContract): Promise<void> {
  const found = await readStoredContract(lake, contract.digest).catch((error: unknown) => {
    // One that is damaged is written anew; what a newer version wrote is left alone.
    if (isLandingError(error) && error.errorName === 'lake_damaged') return null
    throw error
  })
  if (found !== null) return
  const stored: StoredContract = { format: storedFormat, contract }
  await makeFolderDurably(lake.contracts)
  await replaceFileDurably(lake.contract(contract.digest), `${sealJson(stored)}\n`, 0o440)
}

/**
 * The contract of a digest; null where it was never stored (lakes of older versions). `lake_damaged`
 * where its bytes are not what was written, `lake_too_new` where a newer version wrote it.
 */
export async function readStoredContract(
  lake: LakeLayout,
  digest: string,
): Promise<TableContract | null> {
  const path = lake.contract(digest)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw storageError(error, path)
  }
  const isSealed = text.length <= limits.storedContractBytesMax && text.endsWith('\n')
  const value = isSealed ? (unsealJson(text.slice(0, -1)) as StoredContract | null) : null
  if (value !== null && value.format > storedFormat) {
    throw new LandingError('lake_too_new', `${path}: the contract has format ${value.format}`)
  }
  if (value?.contract?.digest !== digest) {
    throw new LandingError('lake_damaged', `${path}: not the contract that was stored`)
  }
  return value.contract
}
