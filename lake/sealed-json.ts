// JSON that carries its own digest as its last key, so that one changed byte is noticed, while `jq`
// and people still read plain JSON. Manifests and ledger lines are written this way: the newest
// manifest has no successor that would hold its digest, and a ledger line no checksum but this.
import assert from 'node:assert'
import { digestOf } from './durable-files.ts'

const sealKey = ',"sha256":"'
const sealEnd = '"}'
const sealLength = sealKey.length + 64 + sealEnd.length

/** Compact JSON of an object with `"sha256"` as last key: the digest of all text before that key. */
export function sealJson(value: object): string {
  const text = JSON.stringify(value)
  assert(text.length > 2 && text.endsWith('}'), 'an object with at least one key is sealed')
  assert(!('sha256' in value), 'the object has no digest of its own yet')
  const body = text.slice(0, -1)
  return `${body}${sealKey}${digestOf(body)}${sealEnd}`
}

/** The object without its digest, or null when the text is not whole: torn, changed, not sealed. */
export function unsealJson(text: string): unknown {
  if (text.length <= sealLength) return null
  const body = text.slice(0, -sealLength)
  if (text !== `${body}${sealKey}${digestOf(body)}${sealEnd}`) return null
  try {
    return JSON.parse(`${body}}`)
  } catch {
    return null
  }
}
