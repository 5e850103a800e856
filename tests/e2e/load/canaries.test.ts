// No value of a row leaves the data zone: extracts full of canaries in every kind of defect, and nothing
// that is written outside Parquet holds one.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import {
  load,
  loadProduct,
  type ProductRun,
  productHere,
  type Variables,
} from '../../support/product.ts'
import { eachOf, proofPatienceMs, scratchFolder, sized } from '../../support/proofs.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

const text = 'cAnArY'
/** In patient numbers, dates and codes, which must look like what they are. */
const number = '7777123477771234'
const date = '2077-07-17'
const secret = 'sEcReTcAnArY'
const canaries = [text, number, date, secret]

function expectNone(where: string, found: string | Uint8Array): void {
  const content = Buffer.from(found).toString('latin1').toLowerCase()
  for (const canary of canaries) {
    const at = content.indexOf(canary.toLowerCase())
    const around = at < 0 ? '' : content.slice(Math.max(0, at - 80), at + 80)
    expect([where, around]).toEqual([where, ''])
  }
}

/** Everything in the lake that is no Parquet file, and the names of all. */
function expectNoneInLake(folder: string): void {
  const lake = join(folder, 'lake')
  if (!existsSync(lake)) return
  for (const entry of readdirSync(lake, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    expectNone('a name', path)
    if (entry.isFile() && !entry.name.endsWith('.parquet')) expectNone(path, readFileSync(path))
  }
}

function expectNoneSaid(name: string, run: ProductRun): void {
  expectNone(`${name}: stdout`, run.stdout)
  expectNone(`${name}: stderr`, run.stderr)
}

const header = 'id,born,sex\n'
const latin = (content: string): Buffer => Buffer.from(content, 'latin1')

/** Rows in which a canary is refused: as a number, a date, a category, text that is broken. */
const rows = [
  `${text},1980-01-01,female`,
  `${number}99999999,1980-01-01,female`,
  `${number},${text},female`,
  `${number},${date},female`,
  `${number},1980-01-01,${text}`,
  `${number},1980-01-01,${text}\u0000`,
  `${number},1980-01-01,${text}\u00e9`,
  `${number},1980-01-01,female,${text}`,
  `${number}`,
  `"${number}"x,1980-01-01,"${text}" after`,
  `"${text}\n${text}",1980-01-01,female`,
  `${number},1980-01-01,female`,
  `${number},1980-02-01,female`,
  `1,1980-01-01,"${text}`,
].join('\n')

interface Case {
  readonly name: string
  readonly data: Uint8Array
  readonly exit: number
  /** Text of the project file that is replaced, and by what. */
  readonly change?: readonly [string, string]
  readonly variables?: Variables
}

const source = 'csv: extracts/patients.csv'
const cases: readonly Case[] = [
  {
    name: 'refused rows below an open ceiling',
    data: latin(header + rows),
    exit: 0,
    change: ['reject_ceiling: 1', 'reject_ceiling: 100%'],
  },
  { name: 'refused rows above the ceiling', data: latin(header + rows), exit: 11 },
  { name: 'data where the header should be', data: latin(rows), exit: 11 },
  {
    name: 'text where the header should be',
    data: latin(`p${text},${text} Street,${text}\n${rows}`),
    exit: 11,
  },
  {
    name: 'a header with a needed name missing',
    data: latin(`id,born,gender\n${rows}`),
    exit: 11,
  },
  { name: 'a needed name twice', data: latin(`id,id,born,sex\n${rows}`), exit: 11 },
  {
    name: 'a header that never ends',
    data: latin(`"${text},id,born,sex\n${rows}`),
    exit: 11,
  },
  { name: 'UTF-16', data: Buffer.from(`\ufeff${header}${rows}`, 'utf16le'), exit: 11 },
  {
    name: 'control totals that disagree',
    data: latin(header + rows),
    exit: 11,
    change: [`{${source}}`, `{${source}, control: {rows: 1}}`],
  },
  {
    name: 'a file that was cut',
    data: latin(header + rows),
    exit: 11,
    change: [`{${source}}`, `{${source}, final_newline: required}`],
  },
  {
    name: 'a damaged compressed file',
    data: gzipSync(latin(header + rows)).subarray(0, -12),
    exit: 5,
    change: [source, `${source}.gz`],
  },
  {
    name: 'no header at all, and fields by number',
    data: latin(rows),
    exit: 11,
    change: [
      `{${source}}\n    columns: {patient_id: id, date_of_birth: born, sex: sex,`,
      `{${source}, header: false}\n    columns: {patient_id: 1, date_of_birth: 2, sex: 3,`,
    ],
  },
  {
    name: 'a secret where a path stands',
    data: latin(header + rows),
    exit: 4,
    change: [source, 'csv: "${env:CANARY_SECRET}"'],
    variables: { CANARY_SECRET: secret },
  },
  {
    name: 'a secret that is no name of a backend',
    data: latin(header + rows),
    exit: 10,
    change: ['backend: small', 'backend: "${env:CANARY_SECRET}"'],
    variables: { CANARY_SECRET: secret },
  },
]

async function expectNoneOf({ name, data, exit, change, variables = {} }: Case): Promise<void> {
  const scratch = scratchFolder('zone')
  const folder = scratch.path
  try {
    writeSmallProject(folder)
    const file = change?.[1].includes('.gz') ? 'patients.csv.gz' : 'patients.csv'
    writeFileSync(join(folder, 'extracts', file), data)
    if (change !== undefined) replaceIn(folder, 'safelanding.yaml', change[0], change[1])
    const log = join(folder, 'load.log')
    const all = { ...variables, SAFELANDING_LOG: log, SAFELANDING_LOG_LEVEL: 'debug' }
    // One as a process of its own; a full proof has all of them so.
    const run = await (exit === 0 ? load : loadProduct)(folder, [], all)
    expectNoneSaid(name, run)
    expect(run.code).toBe(exit)
    expectNoneInLake(folder)
    if (exit !== 10) expectNone(`${name}: log`, readFileSync(log))
    for (const words of verbsAfter(name, exit)) {
      expectNoneSaid(`${name}: ${words.join(' ')}`, await productHere(folder, words, all))
    }
    expectNoneInLake(folder)
  } finally {
    scratch.remove()
  }
}

/** What an operator types next: everything after a load that lands, less after the others. */
function verbsAfter(name: string, exit: number): string[][] {
  const verbs = [['--verbose', 'load']]
  if (exit !== 0) return sized([], [...verbs, ['check']])
  expect(name).toContain('refused rows')
  return [
    ...verbs,
    ['quarantine', 'show', '--limit', '1000'],
    ['--json', 'quarantine', 'show'],
    ['quarantine', 'list'],
    ['runs', 'show'],
    ['plan'],
    ['check'],
    ['snapshots', 'show'],
    ['doctor'],
  ]
}

test(
  'no canary is in anything written outside Parquet',
  async () => {
    const named = cases.map((one) => ({ name: one.name, expectNone: () => expectNoneOf(one) }))
    await eachOf(named, 2, (one) => one.expectNone())
  },
  proofPatienceMs,
)

test('the search for canaries finds one that is there', () => {
  expect(() => expectNone('here', `before ${text} behind`)).toThrow()
})
