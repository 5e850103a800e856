// What a ledger line may be, as a schema: a line is asserted before it is written and checked after
// it was read. The types come from contracts; the compiler holds both together.
import * as z from 'zod'
import { type BatchResult, coercionKinds } from '../contracts/batch-task.ts'
import type { LedgerBatchLine, LedgerLine, LedgerRunLine } from '../contracts/ledger-entry.ts'
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import type { PartFile, SliceSummary } from '../contracts/stage.ts'
import { isRunId, isTableName } from './lake-layout.ts'

const count = z.int().min(0)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const text = z.string().max(4_096)
const runId = z.string().refine(isRunId)
const tableName = z.string().refine(isTableName)
const ruleName = z.enum(Object.keys(ruleDefinitions) as [RuleName, ...RuleName[]])
const fileName = z.string().regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,499}$/)

const partFile: z.ZodType<PartFile> = z.strictObject({ rows: count, bytes: count, sha256: digest })

const slice: z.ZodType<SliceSummary> = z
  .strictObject({
    start: count,
    end: count,
    rowCount: count,
    blankLines: count,
    commentLines: count,
    // Ledgers written before there were fingerprints have a digest: such a slice is landed anew.
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .default(''),
    sha256: digest.optional(),
    finalNewline: z.boolean().nullable(),
    bytesLost: count,
  })
  .transform(({ sha256: _, ...summary }) => summary)

const ruleCounts = z.array(z.strictObject({ column: text.nullable(), rule: ruleName, count }))
// Ledgers written before there were severities say nothing of them.
const laterRuleCounts = ruleCounts.default([])

const batchResult: z.ZodType<BatchResult> = z
  .strictObject({
    batch: text,
    slice,
    rowsIn: count,
    accepted: count,
    rejected: count,
    withheld: count,
    rules: ruleCounts,
    warnings: laterRuleCounts,
    nulled: laterRuleCounts,
    refusing: laterRuleCounts,
    coercions: z.array(z.strictObject({ column: text, kind: z.enum(coercionKinds), count })),
    futureDates: z.strictObject({ day: z.iso.date(), count }).nullable().default(null),
    part: partFile.nullable(),
    quarantine: partFile.nullable(),
  })
  .refine((result) => result.rowsIn === result.accepted + result.rejected + result.withheld, {
    error: 'rows in are not the sum of accepted, rejected and withheld',
  })

const runLine: z.ZodType<LedgerRunLine> = z.strictObject({
  event: z.literal('run'),
  instant: z.iso.datetime(),
  run: runId,
  state: z.enum(['opened', 'staging', 'sealed', 'published', 'failed', 'refused', 'abandoned']),
  software: z.exactOptional(text),
  backend: z.exactOptional(text),
  tables: z.exactOptional(z.array(tableName)),
  snapshot: z.exactOptional(z.int().min(1)),
  error: z.exactOptional(z.strictObject({ code: text, message: text })),
  by: z.exactOptional(runId),
})

const batchLine: z.ZodType<LedgerBatchLine> = z.strictObject({
  event: z.literal('batch'),
  instant: z.iso.datetime(),
  table: tableName,
  batch: text,
  file: text,
  file_bytes: count,
  identity: text.min(1),
  result: batchResult,
  part: fileName.nullable(),
  quarantine: fileName.nullable(),
  table_refusals: count,
  reused_from: z.exactOptional(runId),
})

/** A line as its type has it, or what is wrong with it, in words without its values. */
export function readLedgerLine(
  value: unknown,
): { readonly line: LedgerLine; readonly fault: null } | { line: null; readonly fault: string } {
  const event = (value as { event?: unknown } | null)?.event
  const schema = event === 'run' ? runLine : event === 'batch' ? batchLine : null
  if (schema === null) return { line: null, fault: 'event: expected run or batch' }
  const parsed = schema.safeParse(value)
  if (parsed.success) return { line: parsed.data, fault: null }
  const issue = parsed.error.issues[0]
  const fault = `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not valid'}`
  return { line: null, fault }
}
