// Everything that can be wrong with what a load is given, each case as a way to spoil the small project
// and what the command must answer.
import { chmodSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { ErrorName } from '../../contracts/errors.ts'
import { failing, type Variables } from './product.ts'
import { replaceIn } from './small-project.ts'

export interface BadInput {
  readonly name: string
  readonly exit: number
  readonly error: ErrorName
  /** Default: `load`. */
  readonly words?: readonly string[]
  readonly variables?: Variables
  spoil(folder: string): void
}

const projectFile = 'safelanding.yaml'
const extract = 'extracts/patients.csv'
const nothing = (): void => {}

const project =
  (from: string, to: string) =>
  (folder: string): void =>
    replaceIn(folder, projectFile, from, to)

const topKey = (line: string) => project('patient_id: int', `patient_id: int\n${line}`)

const write =
  (data: string | Uint8Array) =>
  (folder: string): void =>
    writeFileSync(join(folder, extract), data)

const patients = 'csv: extracts/patients.csv'
const rows = '1,1980-01-01,female\n2,1975-05-01,male\n'

const sources: readonly BadInput[] = [
  {
    name: 'no such file',
    exit: 4,
    error: 'extract_missing',
    spoil: (folder) => rmSync(join(folder, extract)),
  },
  {
    name: 'a pattern that no file matches',
    exit: 4,
    error: 'extract_missing',
    spoil: project(patients, 'csv: extracts/none_*.csv'),
  },
  {
    name: 'a file below a file',
    exit: 4,
    error: 'extract_missing',
    spoil: project(patients, 'csv: extracts/visits.csv/patients.csv'),
  },
  {
    name: 'a directory',
    exit: 5,
    error: 'source_is_directory',
    spoil: project(patients, 'csv: extracts'),
  },
  {
    name: 'a link to itself',
    exit: 5,
    error: 'source_unreadable',
    spoil: (folder) => {
      rmSync(join(folder, extract))
      symlinkSync('patients.csv', join(folder, extract))
    },
  },
  {
    name: 'a device',
    exit: 5,
    error: 'source_unreadable',
    spoil: project(patients, 'csv: /dev/null'),
  },
  ...(process.getuid?.() === 0
    ? []
    : [
        {
          name: 'a file without permission',
          exit: 5,
          error: 'source_unreadable',
          spoil: (folder: string) => chmodSync(join(folder, extract), 0),
        } as const,
      ]),
  {
    name: 'an input/output error while reading',
    exit: 5,
    error: 'source_unreadable',
    variables: failing('patients.csv', 'read', 'EIO'),
    spoil: nothing,
  },
  {
    name: 'a compressed file that is cut',
    exit: 5,
    error: 'compressed_damaged',
    spoil: (folder) => {
      const whole = gzipSync(readFileSync(join(folder, extract)))
      writeFileSync(join(folder, `${extract}.gz`), whole.subarray(0, whole.length - 9))
      project(patients, `${patients}.gz`)(folder)
    },
  },
  {
    name: 'a compressed file that is none',
    exit: 5,
    error: 'compressed_damaged',
    spoil: (folder) => {
      writeFileSync(join(folder, `${extract}.gz`), readFileSync(join(folder, extract)))
      project(patients, `${patients}.gz`)(folder)
    },
  },
]

const data: readonly BadInput[] = [
  {
    name: 'an empty file',
    exit: 11,
    error: 'extract_empty',
    spoil: (folder) => truncateSync(join(folder, extract)),
  },
  {
    name: 'a header only where rows were promised',
    exit: 11,
    error: 'extract_empty',
    spoil: (folder) => {
      write('id,born,sex\n')(folder)
      project(`{${patients}}`, `{${patients}, control: {rows: 3}}`)(folder)
    },
  },
  {
    name: 'a wrong header',
    exit: 11,
    error: 'header_wrong',
    spoil: write(`id,born,gender\n${rows}`),
  },
  {
    name: 'no header where one is expected',
    exit: 11,
    error: 'header_wrong',
    spoil: write(rows),
  },
  {
    name: 'a needed column twice',
    exit: 11,
    error: 'header_wrong',
    spoil: write('id,born,sex,sex\n1,1980-01-01,female,male\n'),
  },
  {
    name: 'UTF-16',
    exit: 11,
    error: 'encoding_wrong',
    spoil: write(Buffer.from(`\ufeffid,born,sex\n${rows}`, 'utf16le')),
  },
  {
    name: 'one row too many below a count',
    exit: 11,
    error: 'reject_ceiling_breached',
    spoil: write(`id,born,sex\n${rows}3,x,male\n4,y,male\n`),
  },
  {
    name: 'one row too many below a share',
    exit: 11,
    error: 'reject_ceiling_breached',
    spoil: (folder) => {
      write(`id,born,sex\n${rows}3,x,male\n4,y,male\n`)(folder)
      project('reject_ceiling: 1', 'reject_ceiling: 49.9%')(folder)
    },
  },
  {
    name: 'a ceiling of zero',
    exit: 11,
    error: 'reject_ceiling_breached',
    spoil: (folder) => {
      write(`id,born,sex\n${rows}3,x,male\n`)(folder)
      project('reject_ceiling: 1', 'reject_ceiling: 0')(folder)
    },
  },
  {
    name: 'a control total of rows that disagrees',
    exit: 11,
    error: 'control_disagrees',
    spoil: project(`{${patients}}`, `{${patients}, control: {rows: 4}}`),
  },
  {
    name: 'a control digest that disagrees',
    exit: 11,
    error: 'control_disagrees',
    spoil: project(`{${patients}}`, `{${patients}, control: {sha256: ${'0'.repeat(64)}}}`),
  },
  {
    name: 'no final line end where one is required',
    exit: 11,
    error: 'final_newline_missing',
    spoil: (folder) => {
      write(`id,born,sex\n${rows.trimEnd()}`)(folder)
      project(`{${patients}}`, `{${patients}, final_newline: required}`)(folder)
    },
  },
]

const unsupported = ['opt_outs', 'pseudonymise', 'notify', 'schedule']

const documents: readonly BadInput[] = [
  {
    name: 'a contract with an unknown type',
    exit: 10,
    error: 'contract_invalid',
    spoil: (folder) => replaceIn(folder, 'contracts/ours/visits.yaml', 'type: date', 'type: dat'),
  },
  {
    name: 'a contract that is no YAML',
    exit: 10,
    error: 'contract_invalid',
    spoil: (folder) => replaceIn(folder, 'contracts/ours/visits.yaml', 'columns:', 'columns: ['),
  },
  {
    name: 'a typo in the project file',
    exit: 10,
    error: 'project_invalid',
    spoil: project('backend:', 'bakend:'),
  },
  {
    name: 'an unknown key in the project file',
    exit: 10,
    error: 'project_invalid',
    spoil: project('reject_ceiling: 1', 'reject_cieling: 1'),
  },
  {
    name: 'a column that the contract does not have',
    exit: 10,
    error: 'mapping_invalid',
    spoil: project('kind: kind', 'sort: kind'),
  },
  {
    name: 'a secret that is not set',
    exit: 10,
    error: 'secret_missing',
    spoil: project('backend: small', 'backend: ${env:NOT_SET_ANYWHERE}'),
  },
  ...unsupported.map((key) => ({
    name: `${key} in the project file`,
    exit: 10,
    error: 'not_supported_yet' as const,
    spoil: topKey(`${key}: {anything: 1}`),
  })),
]

const lakes: readonly BadInput[] = [
  {
    name: 'a lake of a newer format',
    exit: 5,
    error: 'lake_too_new',
    spoil: (folder) => writeFileSync(join(folder, 'lake', 'format.json'), '{"format":2}\n'),
  },
  {
    name: 'a query on a lake without a snapshot',
    exit: 4,
    error: 'lake_missing',
    words: ['query', 'SELECT 1'],
    spoil: project('lake: ./lake', 'lake: ./nowhere'),
  },
  {
    name: 'no project file',
    exit: 4,
    error: 'project_missing',
    spoil: (folder) => rmSync(join(folder, projectFile)),
  },
  {
    name: 'a lake that is a file',
    exit: 5,
    error: 'storage_failed',
    spoil: project('lake: ./lake', `lake: ./${extract}`),
  },
  {
    name: 'a full disk while a part is written',
    exit: 3,
    error: 'disk_full',
    variables: failing('.parquet', 'write', 'ENOSPC'),
    spoil: (folder) => replaceIn(folder, extract, '1980-01-01', '1981-01-01'),
  },
  {
    name: 'a limit of the size of files while a part is written',
    exit: 3,
    error: 'out_of_resources',
    variables: failing('.parquet', 'write', 'EFBIG'),
    spoil: (folder) => replaceIn(folder, extract, '1980-01-01', '1981-01-01'),
  },
  {
    name: 'a flush that fails',
    exit: 5,
    error: 'storage_failed',
    variables: failing('.parquet', 'fsync', 'EIO'),
    spoil: (folder) => replaceIn(folder, extract, '1980-01-01', '1981-01-01'),
  },
]

const usage: readonly BadInput[] = [
  { name: 'an unknown verb', words: ['laod'] },
  { name: 'an unknown option', words: ['load', '--tabel', 'core/patients'] },
  { name: 'no workers', words: ['load', '--workers', '0'] },
  { name: 'a surplus word', words: ['load', 'core/patients'] },
  { name: 'an unknown variable of ours', variables: { SAFELANDING_WORKRES: '2' } },
  { name: 'too many workers', variables: { SAFELANDING_WORKERS: '100000' } },
  { name: 'an unknown failpoint', variables: { SAFELANDING_FAILPOINT: 'publish:nowhere' } },
].map((wrong) => ({ ...wrong, exit: 2, error: 'usage' as const, spoil: nothing }))

const names: readonly BadInput[] = [
  {
    name: 'a table that is not in the project',
    words: ['load', '--table', 'core/ons_deaths'],
    error: 'unknown_name' as const,
  },
  {
    name: 'a run id that is a path',
    words: ['load', '--run-id', '../elsewhere'],
    error: 'usage' as const,
  },
].map((wrong) => ({ ...wrong, exit: 2, spoil: nothing }))

export const badInputs: readonly BadInput[] = [
  ...sources,
  ...data,
  ...documents,
  ...lakes,
  ...usage,
  ...names,
]
