// What the program reads from environment variables, checked: a mistyped SAFELANDING_ name is
// refused like any other unknown key, never ignored. References of the project file read
// variables of their own.
import * as z from 'zod'
import { LandingError } from '../contracts/errors.ts'
import { listWords, nearestWord } from '../contracts/nearest-word.ts'
import { limits } from './limits.ts'

const environmentSchema = z.strictObject({
  /** The project file where --project is not given. */
  SAFELANDING_PROJECT: z
    .string()
    .min(1)
    .meta({ expected: 'the path of a project file' })
    .optional(),
  /** Where to append the log of a run; none is written without it. */
  SAFELANDING_LOG: z.string().min(1).meta({ expected: 'the path of a log file' }).optional(),
  SAFELANDING_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
    .meta({ expected: 'debug, info, warn or error' })
    .optional(),
  /** Worker threads where --workers is not given. */
  SAFELANDING_WORKERS: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .refine((text) => Number(text) <= limits.workersMax)
    .meta({ expected: `a whole number from 1 to ${limits.workersMax}` })
    .optional(),
  /** For tests of a lake's safety: the place where the process kills itself (lake/failpoints.ts). */
  SAFELANDING_FAILPOINT: z
    .string()
    .regex(/^[a-z]+:[a-z-]+(@[1-9]\d{0,5})?$/)
    .meta({ expected: 'the name of a failpoint, or name@count' })
    .optional(),
})

export interface Environment {
  readonly project: string | null
  readonly log: string | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly workers: number | null
  /** Armed by the command line, and only there. */
  readonly failpoint: string | null
}

/** Names of the variables, for messages and documentation; not that of the tests. */
export const environmentNames: readonly string[] = Object.keys(environmentSchema.shape).filter(
  (name) => name !== 'SAFELANDING_FAILPOINT',
)

/** Reads the variables; throws `usage` naming the variable, never its value. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
  const own = Object.entries(variables).filter(
    ([name, value]) => name.startsWith('SAFELANDING_') && value !== undefined && value !== '',
  )
  const result = environmentSchema.safeParse(Object.fromEntries(own))
  if (result.success) {
    return {
      project: result.data.SAFELANDING_PROJECT ?? null,
      log: result.data.SAFELANDING_LOG ?? null,
      logLevel: result.data.SAFELANDING_LOG_LEVEL ?? 'info',
      workers:
        result.data.SAFELANDING_WORKERS === undefined
          ? null
          : Number(result.data.SAFELANDING_WORKERS),
      failpoint: result.data.SAFELANDING_FAILPOINT ?? null,
    }
  }
  const lines = result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      const name = String(issue.path[0])
      const schema = environmentSchema.shape[name as keyof typeof environmentSchema.shape]
      const expected = z.globalRegistry.get(schema.unwrap())?.['expected']
      return [`environment variable ${name}: expected ${expected}`]
    }
    return issue.keys.map((name) => {
      const nearest = nearestWord(name, environmentNames)
      const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
      return `unknown environment variable ${name}; expected ${listWords(environmentNames)}${hint}`
    })
  })
  throw new LandingError('usage', lines.join('\n'), {
    remedy: 'Correct or unset the variable.',
  })
}
