// Reference: what a field says before its type is looked at. One value at a time, on strings;
// shares no code with the kernels, which a generative test holds equal to it.
import type { CoercionKind } from '../../contracts/batch-task.ts'
import type { RuleName } from '../../contracts/rules.ts'
import type { ColumnPlan } from '../table-plan.ts'

export type TextReading =
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly text: string; readonly coercions: readonly CoercionKind[] }
  | { readonly kind: 'refused'; readonly rules: readonly RuleName[] }

/** Bytes as a string of one character a byte. */
const byteText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && ' \t'.includes(text.charAt(start))) start++
  while (end > start && ' \t'.includes(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** The text of valid UTF-8, or null. */
function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Trim, null tokens, text checks and value map of a column on one field. */
export function readText(plan: ColumnPlan, field: Uint8Array): TextReading {
  const coercions: CoercionKind[] = []
  const given = byteText(field)
  const raw = plan.trim ? trimBlanks(given) : given
  if (raw !== given) coercions.push('trimmed')
  if (plan.nulls.some((token) => byteText(new TextEncoder().encode(token)) === raw)) {
    return { kind: 'null' }
  }
  const bytes = Buffer.from(plan.nulByteIsEmpty && raw === '\0' ? '' : raw, 'latin1')
  const rules: RuleName[] = []
  let text = decodeStrictly(bytes)
  if (text === null && plan.replaceInvalidUtf8) {
    text = bytes.toString('utf8')
    coercions.push('utf8_replaced')
  }
  if (text === null) rules.push('invalid_utf8')
  if (bytes.includes(0)) rules.push('nul_byte')
  if (text === null || rules.length > 0) return { kind: 'refused', rules }
  if (plan.values === null) return { kind: 'text', text, coercions }
  const pair = plan.values.find(([from]) => from === text)
  if (pair !== undefined) return { kind: 'text', text: pair[1], coercions }
  if (plan.otherwise === null) return { kind: 'refused', rules: ['unmapped_value'] }
  return { kind: 'text', text: plan.otherwise, coercions: [...coercions, 'mapped_otherwise'] }
}
