// Every refusal an operator can meet, as a closed list: a stable code, its exit code (DESIGN of the
// command line: 2 usage, 3 passing, 4 not ready, 5 source or storage, 10 invalid, 11 data refused),
// a sentence and what to do. docs/errors.md is kept equal to this list by a test; retired codes are
// never used again. Messages say where, what and what was expected, and never a value of a row.

export interface ErrorDefinition {
  /** Stable public code, `SL` and four digits; the first digit follows the exit code's family. */
  readonly code: string
  readonly exit: 1 | 2 | 3 | 4 | 5 | 10 | 11 | 12
  readonly sentence: string
  readonly remedy: string
}

const define = (
  code: string,
  exit: ErrorDefinition['exit'],
  sentence: string,
  remedy: string,
): ErrorDefinition => Object.freeze({ code, exit, sentence, remedy })

export const errorDefinitions = {
  internal_defect: define(
    'SL1001',
    1,
    'Safe Landing itself failed.',
    'Report it with the stack that follows; the lake is unchanged.',
  ),
  usage: define('SL2001', 2, 'The command line is wrong.', 'Run the same command with --help.'),
  unknown_name: define(
    'SL2002',
    2,
    'No run, snapshot, table or contract has that name.',
    'List the names with `runs list`, `snapshots list` or `contracts list`.',
  ),
  disk_full: define(
    'SL3001',
    3,
    'The disk of the lake is full.',
    'Free space on the disk of the lake, then run the same command again.',
  ),
  publish_race_lost: define(
    'SL3002',
    3,
    'Another load published the next snapshot first.',
    'Run the same command again: it starts from the snapshot that won.',
  ),
  out_of_resources: define(
    'SL3003',
    3,
    'The machine ran out of memory, file handles or another shared resource.',
    'Run the same command again, with fewer --workers where memory is short.',
  ),
  cannot_listen: define(
    'SL3005',
    3,
    'The query layer cannot listen on its address.',
    'Name another with --port or --host, or end what holds it.',
  ),
  worker_lost: define(
    'SL3004',
    3,
    'A worker thread ended in the middle of a batch.',
    'Run the same command again; committed batches are kept.',
  ),
  extract_missing: define(
    'SL4001',
    4,
    'The extract has not arrived: no file has that name.',
    'Wait for the extract, or correct the path in the project file.',
  ),
  lake_locked: define(
    'SL4002',
    4,
    'Another load holds the lake.',
    'Wait for it to end. A lock left by a dead process is taken over by itself.',
  ),
  project_missing: define(
    'SL4003',
    4,
    'There is no project file.',
    'Run `safelanding init`, or name the file with --project.',
  ),
  lake_missing: define(
    'SL4004',
    4,
    'The lake has no published snapshot yet.',
    'Run `safelanding load` first.',
  ),
  source_unreadable: define(
    'SL5001',
    5,
    'The extract cannot be read.',
    'Correct the permissions or the path; nothing was published.',
  ),
  source_is_directory: define(
    'SL5002',
    5,
    'The extract is a directory.',
    'Name the file, or a glob such as extracts/patients_*.csv.',
  ),
  storage_failed: define(
    'SL5003',
    5,
    'The storage of the lake failed.',
    'Check the disk; a batch whose flush failed is never retried on the same file.',
  ),
  compressed_damaged: define(
    'SL5004',
    5,
    'The compressed extract is damaged or incomplete.',
    'Ask the sender for the file again.',
  ),
  lake_too_new: define(
    'SL5005',
    5,
    'The lake was written by a newer version of Safe Landing.',
    'Use that version, or a lake of its own.',
  ),
  lake_damaged: define(
    'SL5006',
    5,
    'A file of the lake is damaged or missing.',
    'Run `safelanding snapshots verify` and restore the files it names.',
  ),
  project_invalid: define(
    'SL1010',
    10,
    'The project file is not valid.',
    'Correct the line named; `safelanding check` tests the file and writes nothing.',
  ),
  contract_invalid: define(
    'SL1011',
    10,
    'A contract is not valid.',
    'Correct the line named; `safelanding contracts lint` tests contracts.',
  ),
  mapping_invalid: define(
    'SL1012',
    10,
    'The mapping of a table does not fit its contract.',
    'Correct the columns of that table in the project file.',
  ),
  secret_missing: define(
    'SL1013',
    10,
    'A secret named in the project file is not set.',
    'Set the environment variable or create the file it names.',
  ),
  not_supported_yet: define(
    'SL1014',
    10,
    'The project file or a contract asks for something this version does not act on.',
    'Remove the key, or use a version that honours it.',
  ),
  never_published: define(
    'SL1015',
    10,
    'A table has a column that may never be published.',
    'Take the column out of the contract, or only check the extract: `load --dry-run`.',
  ),
  deviation_invalid: define(
    'SL1016',
    10,
    'The register of deviations is not valid.',
    'Correct the entry named; `safelanding deviations check` tests the register.',
  ),
  deviation_forbidden: define(
    'SL1017',
    10,
    'The register of deviations asks for what is never permitted.',
    'Take the entry out and correct the data: nobody can approve it (docs/deviations.md).',
  ),
  header_wrong: define(
    'SL1101',
    11,
    'The header of the extract does not have the columns the mapping names.',
    'Correct the mapping or ask the sender; nothing was published.',
  ),
  extract_empty: define(
    'SL1102',
    11,
    'The extract is empty.',
    'Ask the sender for the file again; nothing was published.',
  ),
  reject_ceiling_breached: define(
    'SL1103',
    11,
    'More rows were refused than the ceiling allows.',
    'Look at `safelanding quarantine list`, correct the extract or the mapping, load again.',
  ),
  control_disagrees: define(
    'SL1104',
    11,
    'The extract does not agree with its control totals.',
    'Ask the sender for the file again; nothing was published.',
  ),
  final_newline_missing: define(
    'SL1105',
    11,
    'The extract does not end with a line end, and the project requires one.',
    'The file may have been cut: ask the sender for it again.',
  ),
  encoding_wrong: define(
    'SL1106',
    11,
    'The extract is not UTF-8.',
    'Convert the extract to UTF-8; nothing was published.',
  ),
  carried_table_refused: define(
    'SL1107',
    11,
    'A table that was not part of this load no longer passes its table checks.',
    'Load that table too; nothing was published.',
  ),
  snapshot_damaged: define(
    'SL1108',
    11,
    'A file of the snapshot does not have the checksum its manifest states.',
    'Restore the file, or load again.',
  ),
  findings: define(
    'SL1109',
    11,
    'The answer is no: there are findings.',
    'Each finding above says what mends it.',
  ),
  constraint_refuses_load: define(
    'SL1110',
    11,
    'Rows fail a constraint with which the contract lets no load pass, whatever the ceiling.',
    'Look at `safelanding quarantine list`, correct the extract and load again.',
  ),
  table_check_refused: define(
    'SL1111',
    11,
    'A table does not pass a check that its contract makes a condition of every load.',
    'Ask the sender for the whole extract, or correct the contract; nothing was published.',
  ),
  snapshot_pruned: define(
    'SL2005',
    2,
    'The data files of that snapshot were deleted by `snapshots prune`.',
    'Name another; `safelanding snapshots list` says which are kept.',
  ),
  query_refused: define(
    'SL2003',
    2,
    'The statement is not one this query layer runs.',
    'Write one SELECT over the tables of the lake.',
  ),
  query_failed: define(
    'SL2004',
    2,
    'The statement could not be run.',
    'Check the names of tables and columns.',
  ),
} as const satisfies Record<string, ErrorDefinition>

export type ErrorName = keyof typeof errorDefinitions

export interface LandingErrorOptions {
  /** Replaces the definition's remedy where the place knows better what to do. */
  readonly remedy?: string
  readonly cause?: unknown
}

/** A refusal shown to the operator without a stack: where, what, what was expected, what to do. */
export class LandingError extends Error {
  readonly errorName: ErrorName
  readonly remedy: string

  constructor(errorName: ErrorName, message: string, options: LandingErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'LandingError'
    this.errorName = errorName
    this.remedy = options.remedy ?? errorDefinitions[errorName].remedy
  }

  get code(): string {
    return errorDefinitions[this.errorName].code
  }

  get exit(): ErrorDefinition['exit'] {
    return errorDefinitions[this.errorName].exit
  }
}

/** True for a refusal of ours, also one that crossed a module realm (jest, worker threads). */
export function isLandingError(error: unknown): error is LandingError {
  return error instanceof Error && error.name === 'LandingError' && 'errorName' in error
}
