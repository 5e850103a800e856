// Functions of text and binary (trino.io/docs/current/functions/string.html). Positions and lengths
// count code points, as the engine's do for these functions.
import { quoted, type Typed } from '../compile/typed.ts'
import { bigintType, booleanType, type TrinoType, varbinaryType, varcharType } from '../types.ts'
import { type FunctionCompiler, type Functions, fixed, literalText, mismatch } from './signature.ts'

const text = varcharType
const textArray: TrinoType = { kind: 'array', element: varcharType }

const ofText = (sql: (value: string) => string): FunctionCompiler => fixed([text], text, sql)

/** Positions from 1, or from the end where negative; outside of the text it is empty. */
const substring = fixed(
  [text, bigintType, bigintType],
  text,
  (value, start, length) => {
    const size = `length(${value})`
    const from = `(CASE WHEN ${start} < 0 THEN ${size} + ${start} + 1 ELSE ${start} END)`
    const outside = `${start} = 0 OR ${from} < 1 OR ${from} > ${size}`
    if (length === undefined) {
      return `(CASE WHEN ${outside} THEN '' ELSE substring(${value}, ${from}) END)`
    }
    const count = `(CASE WHEN ${length} < 0 THEN 0 ELSE ${length} END)`
    return `(CASE WHEN ${outside} THEN '' ELSE substring(${value}, ${from}, ${count}) END)`
  },
  1,
)

const length: FunctionCompiler = (values, at, compiler) => {
  const [value] = values
  if (value?.type.kind === 'varbinary' && values.length === 1) {
    return { sql: `CAST(octet_length(${value.sql}) AS BIGINT)`, type: bigintType }
  }
  return fixed([text], bigintType, (sql) => `CAST(length(${sql}) AS BIGINT)`)(values, at, compiler)
}

const concat: FunctionCompiler = (values, at, compiler) => {
  if (values.length < 2) return mismatch(values, 'two or more values', at, compiler)
  const parameters = values.map(() => text)
  return fixed(parameters, text, (...all) => `(${all.join(' || ')})`)(values, at, compiler)
}

const concatWith: FunctionCompiler = (values, at, compiler) => {
  if (values.length < 2) return mismatch(values, 'a separator and values', at, compiler)
  const parameters = values.map(() => text)
  return fixed(parameters, text, (...all) => `concat_ws(${all.join(', ')})`)(values, at, compiler)
}

/** A pattern that both engines read alike: no look-around, no back references, no classes of Java. */
const plainPattern = /^(?:[^\\(]|\\[dDsSwWbB.\\/+*?^$|()[\]{}-]|\((?!\?)|\(\?:|\(\?i\))*$/

const pattern = (
  value: Typed | undefined,
  at: number,
  compiler: Parameters<FunctionCompiler>[2],
): string => {
  const source = literalText(value, 'The pattern', at, compiler)
  if (!plainPattern.test(source) || /[*+?}][+]/.test(source)) {
    compiler.fail('NOT_SUPPORTED', 'this pattern is not supported: the engines read it apart', at)
  }
  return quoted(source)
}

const regexpLike: FunctionCompiler = (values, at, compiler) => {
  const [value, source] = values
  if (value === undefined || values.length !== 2 || value.type.kind !== 'varchar') {
    return mismatch(values, 'varchar, pattern', at, compiler)
  }
  const sql = `regexp_matches(${value.sql}, ${pattern(source, at, compiler)})`
  return { sql, type: booleanType }
}

const regexpExtract: FunctionCompiler = (values, at, compiler) => {
  const [value, source, group] = values
  if (value === undefined || values.length < 2 || value.type.kind !== 'varchar') {
    return mismatch(values, 'varchar, pattern [, group]', at, compiler)
  }
  const wanted = group === undefined ? '0' : /^CAST\((\d) AS INTEGER\)$/.exec(group.sql)?.[1]
  if (wanted === undefined || values.length > 3) {
    return compiler.fail('NOT_SUPPORTED', 'the group must be a literal from 0 to 9', at)
  }
  const source_ = pattern(source, at, compiler)
  const found = `regexp_matches(${value.sql}, ${source_})`
  const sql = `(CASE WHEN ${found} THEN regexp_extract(${value.sql}, ${source_}, ${wanted}) END)`
  return { sql, type: text }
}

const pad = (name: 'lpad' | 'rpad'): FunctionCompiler =>
  fixed([text, bigintType, text], text, (value, size, filler) => {
    return `${name}(${value}, CAST(${size} AS INTEGER), ${filler})`
  })

const trimmed = (name: 'trim' | 'ltrim' | 'rtrim'): FunctionCompiler =>
  fixed(
    [text, text],
    text,
    (value, characters) => {
      // Trino's white space; the engine alone would take blanks only.
      const set = characters ?? "(' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))"
      return `${name}(${value}, ${set})`
    },
    1,
  )

const hash = (name: string): FunctionCompiler =>
  fixed([varbinaryType], varbinaryType, (value) => `unhex(${name}(${value}))`)

export const textFunctions: Functions = {
  length,
  char_length: length,
  character_length: length,
  lower: ofText((value) => `lower(${value})`),
  upper: ofText((value) => `upper(${value})`),
  reverse: ofText((value) => `reverse(${value})`),
  trim: trimmed('trim'),
  ltrim: trimmed('ltrim'),
  rtrim: trimmed('rtrim'),
  substr: substring,
  substring,
  concat,
  concat_ws: concatWith,
  replace: fixed(
    [text, text, text],
    text,
    (value, from, to = "''") =>
      `(CASE WHEN ${from} = '' THEN ${value} ELSE replace(${value}, ${from}, ${to}) END)`,
    1,
  ),
  strpos: fixed(
    [text, text],
    bigintType,
    (value, needle) => `CAST(strpos(${value}, ${needle}) AS BIGINT)`,
  ),
  starts_with: fixed([text, text], booleanType, (value, head) => `starts_with(${value}, ${head})`),
  lpad: pad('lpad'),
  rpad: pad('rpad'),
  chr: fixed([bigintType], text, (value) => `chr(CAST(${value} AS INTEGER))`),
  codepoint: fixed([text], { kind: 'integer' }, (value) => `unicode(${value})`),
  split: fixed(
    [text, text],
    textArray,
    (value, separator) => `string_split(${value}, ${separator})`,
  ),
  split_part: fixed(
    [text, text, bigintType],
    text,
    (value, separator, index) => `list_extract(string_split(${value}, ${separator}), ${index})`,
  ),
  regexp_like: regexpLike,
  regexp_extract: regexpExtract,
  levenshtein_distance: fixed(
    [
      { kind: 'varchar', length: 1_000 },
      { kind: 'varchar', length: 1_000 },
    ],
    bigintType,
    (left, right) => `levenshtein(${left}, ${right})`,
  ),
  to_hex: fixed([varbinaryType], text, (value) => `hex(${value})`),
  from_hex: fixed([text], varbinaryType, (value) => `unhex(${value})`),
  to_utf8: fixed([text], varbinaryType, (value) => `encode(${value})`),
  from_utf8: fixed([varbinaryType], text, (value) => `decode(${value})`),
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
}
