// Words that a column or table cannot have as its name without trouble later: those that SQL wants
// quoted, those that Python keeps for itself, and those that ehrQL's tables have for methods.

/** Reserved in Trino (its SQL grammar) or DuckDB (duckdb_keywords()), or in both. */
const sql =
  'all alter analyse analyze and any array as asc asymmetric between both by case cast ' +
  'check collate column constraint create cross cube current_catalog current_date ' +
  'current_path current_role current_schema current_time current_timestamp current_user ' +
  'deallocate default deferrable delete desc describe distinct do drop else end escape ' +
  'except execute exists extract false fetch for foreign from full group grouping having in ' +
  'initially inner insert intersect into is join json_array json_exists json_object ' +
  'json_query json_table json_value lambda lateral leading left like limit listagg ' +
  'localtime localtimestamp natural normalize not null offset on only or order outer pivot ' +
  'pivot_longer pivot_wider placing prepare primary qualify recursive references returning ' +
  'right rollup select show skip some summarize symmetric table then to trailing trim true ' +
  'uescape union unique unnest unpivot using values variadic when where window with'

/** Keywords of Python that are no words of SQL in the list above. */
const python =
  'assert async await break class continue def del elif except finally global if import nonlocal ' +
  'pass raise return try while yield none'

/** Methods of the tables and events of ehrQL (opensafely-core/ehrql, query_language.py). */
const ehrql = 'count_for_patient exists_for_patient sort_by first_for_patient last_for_patient'

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const lists = [
  { words: wordsOf(sql), whose: 'a word of SQL, which queries would have to quote' },
  { words: wordsOf(python), whose: 'a word of Python, in which ehrQL queries are written' },
  { words: wordsOf(ehrql), whose: 'a method of ehrQL tables' },
] as const

/** Why a name is taken, in words; null: it is not. */
export function reservedFor(name: string): string | null {
  return lists.find(({ words }) => words.has(name))?.whose ?? null
}

/** Last words of names that say a type, which the contract says anyway. */
export const typeWords: readonly string[] = [
  ...['int', 'integer', 'bigint', 'str', 'string', 'varchar', 'float', 'double', 'decimal'],
  ...['bool', 'boolean', 'datetime', 'timestamp'],
]

/** Abbreviations that a reader has to guess, and what to write. */
export const abbreviations: Readonly<Record<string, string>> = {
  ...{ dob: 'date_of_birth', dod: 'date_of_death', dt: 'date', yr: 'year', mth: 'month' },
  ...{ pt: 'patient', pat: 'patient', prac: 'practice', hosp: 'hospital', reg: 'registration' },
  ...{ adm: 'admission', disch: 'discharge', presc: 'prescription', med: 'medication' },
  ...{ diag: 'diagnosis', dx: 'diagnosis', proc: 'procedure', rx: 'prescription', hx: 'history' },
  ...{ num: 'number', nr: 'number', cnt: 'count', qty: 'quantity', amt: 'amount', val: 'value' },
  ...{
    cd: 'code',
    nm: 'name',
    addr: 'address',
    flg: 'flag',
    ind: 'indicator',
    descr: 'description',
  },
}
