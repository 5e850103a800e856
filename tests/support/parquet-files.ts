// Writes tables of tests to files in a folder of their own, removed when the tests end.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ParquetOptions, PartFile } from '../../contracts/stage.ts'
import { openParquetWriter } from '../../sinks/parquet/open-parquet-writer.ts'
import type { Table } from './parquet-tables.ts'

export interface ScratchFolder {
  /** A path that does not exist. */
  next(): string
  remove(): void
}

export function makeScratchFolder(): ScratchFolder {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-test-'))
  let count = 0
  return {
    next: () => join(folder, `${count++}.parquet`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function writeTable(
  path: string,
  table: Table,
  options: Partial<ParquetOptions> = {},
): Promise<PartFile> {
  const writer = openParquetWriter(path, {
    columns: table.columns,
    compression: 'snappy',
    dictionary: 'auto',
    metadata: {},
    ...options,
  })
  for (const [index, batches] of table.rowGroups.entries()) {
    for (const batch of batches) writer.add(batch)
    // The last row group is left for commit to end.
    if (index < table.rowGroups.length - 1) writer.endRowGroup()
  }
  return await writer.commit()
}
