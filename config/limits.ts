// Every bound of the program, in one place, units last. Relations between bounds are asserted when
// this module loads, so that a change of one that breaks another fails at once.
import assert from 'node:assert'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

export const limits = {
  /** Rows of an Arrow record batch in memory. */
  recordBatchRowsMax: 65_536,
  /**
   * Raw bytes scanned for one record batch: small enough that kernels find them in the cache. Of wide
   * tables more, so that a column has as many rows of them, and its texts stay in the cache for longer.
   */
  scanChunkBytes: 1 * mebibyte,
  scanChunkBytesOfField: 128 * kibibyte,
  scanChunkBytesMax: 4 * mebibyte,
  /** A longer field is a reject (field_too_long). */
  fieldBytesMax: 1 * mebibyte,
  /** A longer record is a reject (record_too_long, or unterminated_quote inside a quote). */
  recordBytesMax: 4 * mebibyte,
  /** Fields of one record. */
  fieldsMax: 4_096,
  /** Rows and bytes held for one Parquet row group. */
  rowGroupRowsMax: 1_048_576,
  rowGroupBytesMax: 64 * mebibyte,
  /** Parquet: uncompressed bytes and rows a data page aims at. */
  parquetPageBytes: 1 * mebibyte,
  parquetPageRowsMax: 131_072,
  /** Parquet: distinct numbers or dates of a column chunk that are still held as a dictionary. */
  parquetDictionaryValuesMax: 131_072,
  /** Parquet: bytes kept of the smallest and largest text of a column chunk. */
  parquetStatisticsBytesMax: 64,
  /** Buffered bytes of a part file before they are handed to the operating system. */
  partWriteBytes: 1 * mebibyte,
  /** A batch aims at batchCountTarget slices a file within these sizes. */
  batchBytesMin: 4 * mebibyte,
  batchBytesMax: 32 * mebibyte,
  batchCountTarget: 16,
  /** Batches of one run. */
  batchesPerRunMax: 1_000_000,
  /** Files of one extract. */
  extractFilesMax: 100_000,
  workersMax: 64,
  /** Raw bytes of one refused record kept in quarantine; the rest is cut and the cut is counted. */
  quarantineRecordBytesMax: 1 * mebibyte,
  /** Bytes of refused records held for one row group of a quarantine file. */
  quarantineRowGroupBytesMax: 16 * mebibyte,
  /** Text sizes at the door. */
  projectFileBytesMax: 4 * mebibyte,
  contractFileBytesMax: 1 * mebibyte,
  /** What git may answer when a revision of contracts is asked for, and how long it may take. */
  gitOutputBytesMax: 64 * mebibyte,
  gitAnswerMsMax: 60_000,
  /** A contract as the lake keeps it, with all that it extends. */
  storedContractBytesMax: 16 * mebibyte,
  deviationFileBytesMax: 4 * mebibyte,
  /** An entry of the register that expires within so many days is announced. */
  deviationNoticeDays: 30,
  /** A lock is touched so often, and given up on when it was not touched for so long. */
  lockTouchMs: 20_000,
  lockSilenceMsMax: 300_000,
  /** Snapshots that one process reads at once. */
  readerSnapshotsMax: 10_000,
  /** A snapshot that nobody reads any more is let go of after so long, when its reader goes on. */
  readerLingerMs: 60_000,
  /** Days that a snapshot is kept after a session last read it by its number; written so often. */
  sessionPinDays: 14,
  sessionPinWriteMs: 3_600_000,
  /** The longest that a person may pin a snapshot for. */
  pinDaysMax: 3_660,
  ledgerMessageCharactersMax: 4_000,
  manifestBytesMax: 256 * mebibyte,
  queryTextBytesMax: 1 * mebibyte,
  /** Rows of a query result held for one printed page of a table. */
  queryTableRowsMax: 10_000,
  /**
   * Depth (two for each level of expressions) and number of the nodes of a statement's tree. The
   * engine plans some deep statements in quadratic time and worse.
   */
  queryTreeDepthMax: 500,
  queryTreeNodesMax: 500_000,
  /** Bytes of the rows of one page of a result, about; and of a message between processes. */
  resultPageBytes: 1 * mebibyte,
  workerFrameBytesMax: 256 * mebibyte,
  /** Runs and snapshots that the schema `landing` shows, the newest. */
  landingRunsMax: 1_000,
  landingSnapshotsMax: 1_000,
  /** Files of snapshots that the query layer remembers as checked. */
  verifiedFilesMax: 20_000,
  /** Manifests of snapshots that a worker remembers. */
  openSnapshotsMax: 16,
  /** Connections of a worker that wait for the next statement. */
  idleConnectionsMax: 8,
  /** A folder whose time of change is older than this is known to be as it was listed. */
  folderSettledMsMin: 2_000,
  /** Bytes of the text of a client's statement with its literals. */
  statementBytesMax: 8 * mebibyte,
  /** Statements of all clients, and how long they are kept without being asked for. */
  statementRegistry: {
    statementsMax: 10_000,
    textBytesMax: 512 * mebibyte,
    deliveredMax: 50_000,
    deliveredBytesMax: 256 * mebibyte,
    silenceMsMax: 300_000,
    keptMs: 120_000,
    waitMs: 1_000,
    retryAfterSeconds: 5,
  },
  /** Workers of the query layer: statements of one user, and what they may take. */
  queryWorkers: {
    runningPerUserMax: 4,
    openPerUserMax: 32,
    queuedPerUserMax: 200,
    runTimeMsMax: 12 * 3_600_000,
    resistMsMax: 4_000,
    interruptEveryMs: 500,
    startMsMax: 60_000,
    idleMsMax: 600_000,
    workersMax: 64,
  },
  queryWorkerCloseMsMax: 5_000,
  /** RLIMIT_DATA of a worker: a multiple of what the engine may use, and what the rest needs. */
  queryWorkerDataFactor: 2,
  queryWorkerDataBytes: 1024 * mebibyte,
  gzipBytesMin: 4 * kibibyte,
  /** A row of a result is no longer than a page can be. */
  resultRowBytesMax: 64 * mebibyte,
  /** Days after which ehrQL's temporary tables, and the files of users who do not ask, are removed. */
  temporaryTableDaysMax: 14,
  scratchFileDaysMax: 90,
  scratchSweepMs: 24 * 3_600_000,
  httpCloseMsMax: 1_000,
  httpHeadersMsMax: 10_000,
  httpRequestMsMax: 60_000,
  httpKeepAliveMs: 65_000,
  httpHeaderBytesMax: 4 * mebibyte,
  httpConnectionsMax: 1_024,
  /** Levels of nesting, operators in a row, and joins of one query in a statement of a client. */
  statementDepthMax: 400,
  statementChainMax: 2_000,
  statementJoinsMax: 64,
  statementCharactersMax: 1_000_000,
  groupingColumnsMax: 63,
  statementUnionsMax: 500,
  /** Characters of what a statement is compiled to: named queries are put in where they are used. */
  expressionEngineCharactersMax: 8 * 1024 * 1024,
  statementEngineCharactersMax: 32 * 1024 * 1024,
  /** DuckDB for an in-process query, unless the caller says otherwise. */
  queryMemoryBytes: 1024 * mebibyte,
  querySpillBytesMax: 16 * 1024 * mebibyte,
  /** Characters of one cell in a printed table; the rest is cut and marked. */
  queryTableCellCharactersMax: 200,
  /** Compressed input may grow by at most this factor once past the minimum size. */
  decompressionRatioMax: 1_100,
  /** Rows that table checks may name in one run; more is refused whatever the ceiling. */
  tableRefusalsMax: 5_000_000,
  /** Refused rows of a patients table that are read again to say whose rows they explain. */
  cascadeRefusalsMax: 1_000_000,
  /** A longer refused record is not read again: as one in which no patient can be read. */
  cascadeRecordBytesMax: 64 * kibibyte,
  /** Missing months that an outcome of coverage names; the rest is counted. */
  coverageMonthsNamedMax: 120,
  /** Snapshots looked back through for the last that has a table. */
  snapshotsLookedBackMax: 1_000,
  /** DuckDB for table checks: memory before it spills, and threads, each of which needs some of it. */
  tableCheckMemoryBytes: 192 * mebibyte,
  tableCheckThreadsMax: 4,
  /** Whole-number keys from the first to the last that table checks hold as bits, twice. */
  wholeKeySpanMax: 512 * mebibyte,
  /**
   * Digests of other keys are grouped so many at a time, so many patients joined with, so many rows
   * compared: what the memory above is enough for. Half of a digest is an index into bits as well.
   */
  tableCheckRowsOfRun: {
    keys: 1_000_000,
    digestBits: 28,
    patients: 1_000_000,
    compared: 500_000,
  },
  /** DuckDB for table checks: bytes it may spill into the staging folder. */
  tableCheckSpillBytesMax: 1024 * 1024 * mebibyte,
} as const

assert(limits.fieldBytesMax <= limits.recordBytesMax, 'a field fits in a record')
assert(limits.batchBytesMin <= limits.batchBytesMax, 'batch sizes are in order')
assert(limits.rowGroupRowsMax % limits.recordBatchRowsMax === 0, 'row groups hold whole batches')
assert(limits.parquetPageRowsMax % 8 === 0, 'pages hold whole bytes of levels')
assert(limits.parquetDictionaryValuesMax <= 1 << 20, 'dictionary indices stay below 21 bits')
assert(limits.lockTouchMs * 10 <= limits.lockSilenceMsMax, 'a slow holder is not given up on')
assert(limits.sessionPinWriteMs * 24 <= limits.sessionPinDays * 86_400_000, 'pins are kept up')
assert(limits.recordBytesMax <= limits.batchBytesMin, 'a record fits in a batch')
