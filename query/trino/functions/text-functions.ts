// Functions of text and binary (trino.io/docs/current/functions/string.html). Positions and lengths
// count code points, as the engine's do for these functions.
import { failing, quoted, type Typed } from '../compile/typed.ts'
import {
  bigintType,
  booleanType,
  integerType,
  type TrinoType,
  varbinaryType,
  varcharType,
} from '../types.ts'
import { type FunctionCompiler, type Functions, fixed, literalText, mismatch } from './signature.ts'

const text = varcharType
const textArray: TrinoType = { kind: 'array', element: varcharType }

/** The result is no longer than the first argument, and has its bound. */
const asLong =
  (compile: FunctionCompiler): FunctionCompiler =>
  (values, at, compiler) => {
    const result = compile(values, at, compiler)
    const type = values[0]?.type
    return type?.kind === 'varchar' && result.type.kind === 'varchar' ? { ...result, type } : result
  }

const ofText = (sql: (value: string) => string): FunctionCompiler =>
  asLong(fixed([text], text, sql))

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
    const count = `least(greatest(${length}, 0), 2147483647)`
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

/** Text that the engine would take apart otherwise is refused when a row has it. */
const onlyWhere = (test: string, sql: string, why: string, type: TrinoType): string =>
  `(CASE WHEN ${test} THEN ${sql} ` +
  `WHEN NOT (${test}) THEN ${failing('NOT_SUPPORTED', why, type)} END)`

const ascii = (value: string): string => `regexp_full_match(${value}, '[\\x00-\\x7F]*')`

/** A pattern that both engines read alike: no look-around, no back references, no classes of Java. */
const plainPattern = /^(?:[^\\(]|\\[dDsSwWbB.\\/+*?^$|()[\]{}-]|\((?!\?)|\(\?:|\(\?i\))*$/

/** What a text must be like for both engines to find the same by a pattern. */
function plainText(value: string, source: string): string {
  const tests: string[] = []
  // Trino's classes know letters and spaces beyond ASCII.
  if (/\\[dDsSwWbB]|\(\?i/.test(source)) {
    tests.push(`regexp_full_match(${value}, '[\\x00-\\x0a\\x0c-\\x7F]*')`)
  }
  // Trino's $ is also before a last line end.
  if (source.includes('$')) tests.push(`NOT suffix(${value}, chr(10))`)
  return tests.length === 0 ? 'true' : tests.join(' AND ')
}

const matched = (value: Typed, source: string, sql: string, type: TrinoType): string => {
  const test = plainText(value.sql, source)
  return test === 'true'
    ? sql
    : onlyWhere(test, sql, 'a pattern on such text is not supported', type)
}

const pattern = (
  value: Typed | undefined,
  at: number,
  compiler: Parameters<FunctionCompiler>[2],
): string => {
  const source = literalText(value, 'The pattern', at, compiler)
  // A brace that opens no count of repetitions is one engine's letter and the other's mistake.
  const isApart = /[*+?}][+]|\[:|&&|\[\^?\]|\[[^\]]*\[|(?<!\\)\{(?!\d+(?:,\d*)?\})/.test(source)
  if (!plainPattern.test(source) || isApart) {
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
  return { sql: matched(value, source?.text ?? '', sql, booleanType), type: booleanType }
}

/** Groups of a plain pattern that a number can name. */
const groupCount = (pattern: string): number =>
  [...pattern.matchAll(/\\.|\[(?:\\.|[^\]])*\]|(\((?!\?))/g)].filter(([, open]) => open).length

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
  if (wanted !== '0' && /[?*|{]/.test(source?.text ?? '')) {
    compiler.fail('NOT_SUPPORTED', 'a group that may take no part is not supported', at)
  }
  const groups = groupCount(source?.text ?? '')
  if (Number(wanted) > groups) {
    const why = `Pattern has ${groups} groups. Cannot access group ${wanted}`
    compiler.fail('INVALID_FUNCTION_ARGUMENT', why, at)
  }
  const found = `regexp_matches(${value.sql}, ${source_})`
  const sql = `(CASE WHEN ${found} THEN regexp_extract(${value.sql}, ${source_}, ${wanted}) END)`
  return { sql: matched(value, source?.text ?? '', sql, text), type: text }
}

/** Replaces all; the pattern must take a character at least, for the engines step on otherwise. */
const regexpReplace: FunctionCompiler = (values, at, compiler) => {
  const [value, source, replacement, more] = values
  if (value?.type.kind !== 'varchar' || source === undefined || more !== undefined) {
    return mismatch(values, 'varchar, pattern [, replacement]', at, compiler)
  }
  const wanted = pattern(source, at, compiler)
  const to =
    replacement === undefined ? '' : literalText(replacement, 'The replacement', at, compiler)
  const text_ = source.text ?? ''
  if (/[$\\]/.test(to) || /\\[bB]|\(\?i/.test(text_) || new RegExp(text_).test('')) {
    compiler.fail('NOT_SUPPORTED', 'this replacement by a pattern is not supported', at)
  }
  const sql = `regexp_replace(${value.sql}, ${wanted}, ${quoted(to)}, 'g')`
  return { sql: matched(value, text_, sql, text), type: text }
}

const pad = (name: 'lpad' | 'rpad'): FunctionCompiler =>
  fixed([text, bigintType, text], text, (value, size, filler) => {
    const fail = (why: string) => failing('INVALID_FUNCTION_ARGUMENT', why, text)
    return (
      `(CASE WHEN ${size} < 0 OR ${size} > 2147483647 THEN ` +
      `${fail('Target length must be in the range [0..2147483647]')} ` +
      `WHEN ${filler} = '' THEN ${fail('Padding string must not be empty')} ` +
      `ELSE ${name}(${value}, CAST(${size} AS INTEGER), ${filler}) END)`
    )
  })

const whiteSpace = String.fromCodePoint(
  ...[9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004],
  ...[0x2005, 0x2006, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x205f, 0x3000],
)

const trimmed = (name: 'trim' | 'ltrim' | 'rtrim'): FunctionCompiler =>
  fixed(
    [text, text],
    text,
    (value, characters) => {
      // Trino's white space (Character.isWhitespace); the engine alone would take blanks only.
      const set = characters ?? quoted(whiteSpace)
      return `${name}(${value}, ${set})`
    },
    1,
  )

const separatorOf = (separator: string): string =>
  `(CASE WHEN ${separator} = '' THEN ` +
  `${failing('INVALID_FUNCTION_ARGUMENT', 'The delimiter may not be the empty string', text)} ` +
  `ELSE ${separator} END)`

const hash = (name: string): FunctionCompiler =>
  fixed([varbinaryType], varbinaryType, (value) => `unhex(${name}(${value}))`)

export const textFunctions: Functions = {
  length,
  char_length: length,
  character_length: length,
  lower: ofText((value) => `lower(${value})`),
  // The engine has a capital sharp s that Java's upper case of one character lacks.
  upper: ofText(
    (value) =>
      `array_to_string(list_transform(string_split(${value}, 'ß'), lambda s: upper(s)), 'ß')`,
  ),
  // By code points; the engine would keep marks behind their letters.
  reverse: ofText((value) =>
    onlyWhere(ascii(value), `reverse(${value})`, 'reverse of such text is not supported', text),
  ),
  trim: asLong(trimmed('trim')),
  ltrim: asLong(trimmed('ltrim')),
  rtrim: asLong(trimmed('rtrim')),
  substr: asLong(substring),
  substring: asLong(substring),
  concat,
  concat_ws: concatWith,
  replace: fixed(
    [text, text, text],
    text,
    (value, from, to = "''") =>
      `(CASE WHEN ${from} = '' THEN ` +
      `${failing('NOT_SUPPORTED', 'replacing the empty text is not supported', text)} ` +
      `ELSE replace(${value}, ${from}, ${to}) END)`,
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
  codepoint: fixed([text], integerType, (value) =>
    onlyWhere(
      `length(${value}) = 1`,
      `unicode(${value})`,
      'codepoint is of one character',
      integerType,
    ),
  ),
  split: fixed(
    [text, text],
    textArray,
    (value, separator) => `string_split(${value}, ${separatorOf(separator)})`,
  ),
  split_part: asLong(
    fixed(
      [text, text, bigintType],
      text,
      (value, separator, index) =>
        `(CASE WHEN ${index} < 1 THEN ` +
        `${failing('INVALID_FUNCTION_ARGUMENT', 'Index must be greater than zero', text)} ` +
        `ELSE list_extract(string_split(${value}, ${separatorOf(separator)}), ${index}) END)`,
    ),
  ),
  regexp_like: regexpLike,
  regexp_extract: asLong(regexpExtract),
  regexp_replace: regexpReplace,
  // The engine counts bytes, and takes the square of the lengths in time.
  levenshtein_distance: fixed([text, text], bigintType, (left, right) =>
    onlyWhere(
      [left, right].map((one) => `${ascii(one)} AND length(${one}) <= 1000`).join(' AND '),
      `levenshtein(${left}, ${right})`,
      'levenshtein_distance of such texts is not supported',
      bigintType,
    ),
  ),
  to_hex: fixed([varbinaryType], text, (value) => `hex(${value})`),
  from_hex: fixed([text], varbinaryType, (value) => {
    const why = 'expected pairs of hexadecimal digits'
    const error = failing('INVALID_FUNCTION_ARGUMENT', why, varbinaryType)
    return `(CASE WHEN length(${value}) % 2 = 0 THEN unhex(${value}) ELSE ${error} END)`
  }),
  to_utf8: fixed([text], varbinaryType, (value) => `encode(${value})`),
  from_utf8: fixed([varbinaryType], text, (value) => `decode(${value})`),
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
}
