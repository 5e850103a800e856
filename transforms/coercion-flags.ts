// Lossy coercions of one value as bits of a byte, in the order of coercionKinds.
import { type CoercionKind, coercionKinds } from '../contracts/batch-task.ts'

const bit = (kind: CoercionKind): number => 1 << coercionKinds.indexOf(kind)

export const trimmedFlag = bit('trimmed')
export const timeCutFlag = bit('time_cut')
export const roundedToMonthFlag = bit('rounded_to_month')
export const twoDigitYearFlag = bit('two_digit_year')
export const mappedOtherwiseFlag = bit('mapped_otherwise')
export const decimalDroppedFlag = bit('decimal_dropped')
export const utf8ReplacedFlag = bit('utf8_replaced')
export const coarserDateFlag = bit('coarser_date')
