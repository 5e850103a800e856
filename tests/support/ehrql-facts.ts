// The facts of ehrQL's tables as the repository keeps them (tests/fixtures/ehrql-tables.json), and
// the same read from a copy of ehrQL's own words, where comments stand in patterns.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './paths.ts'

/** A constraint in the words of ehrQL: `{kind: 'ClosedRange', minimum: 0, …}`. */
export type FactConstraint = Readonly<Record<string, unknown>>

export interface FactColumn {
  readonly name: string
  readonly type: string
  readonly constraints?: readonly FactConstraint[]
  readonly dummy?: readonly FactConstraint[]
}

export interface FactTable {
  readonly namespace: string
  /** Name of the table in ehrQL. */
  readonly definition: string
  /** Name of the table in the database. */
  readonly table: string
  readonly rows: string
  readonly columns: readonly FactColumn[]
}

export interface Facts {
  /** By ehrQL's name of the type: a pattern that a whole code matches. */
  readonly codeForms: Readonly<Record<string, string>>
  readonly tables: readonly FactTable[]
}

/** What the repository keeps. */
export function readFacts(): Facts {
  const file = join(repositoryRoot, 'tests', 'fixtures', 'ehrql-tables.json')
  const { codeForms, tables }: Facts = JSON.parse(readFileSync(file, 'utf8'))
  return { codeForms, tables }
}

/** A verbose pattern of Python without its comments and spaces. None of them is escaped. */
export function terse(pattern: string): string {
  return pattern.replace(/#.*$/gm, '').replace(/\s+/g, '')
}

interface WordyColumn {
  readonly type: string
  readonly code_regex?: string
  readonly constraints?: readonly FactConstraint[]
  readonly dummy_data_constraints?: readonly FactConstraint[]
}

type WordyFacts = Record<
  string,
  Record<string, { table: string; rows: string; columns: Record<string, WordyColumn> }>
>

/** The same from a file that has ehrQL's words, a pattern at every column. */
export function readWordyFacts(file: string): Facts {
  const codeForms: Record<string, string> = {}
  const tables: FactTable[] = []
  const wordy: WordyFacts = JSON.parse(readFileSync(file, 'utf8'))
  for (const [namespace, definitions] of Object.entries(wordy)) {
    for (const [definition, { table, rows, columns, ...others }] of Object.entries(definitions)) {
      refuseOthers(others)
      const read = Object.entries(columns).map(([name, column]) => {
        const {
          type,
          code_regex: pattern,
          constraints,
          dummy_data_constraints: dummy,
          ...rest
        } = column
        refuseOthers(rest)
        if (pattern !== undefined) {
          const known = (codeForms[type] ??= terse(pattern))
          if (known !== terse(pattern)) throw new Error(`two forms of ${type}`)
        }
        return { name, type, ...(constraints && { constraints }), ...(dummy && { dummy }) }
      })
      tables.push({ namespace, definition, table, rows, columns: read })
    }
  }
  return { codeForms, tables }
}

function refuseOthers(others: object): void {
  const keys = Object.keys(others)
  if (keys.length > 0) throw new Error(`facts that nobody reads: ${keys.join(', ')}`)
}
