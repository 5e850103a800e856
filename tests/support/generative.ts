// How generative tests run: few examples from a fixed seed by default, three times the usual
// number in a full proof, others by environment variables. fast-check prints seed and path of a failure.
import type { Parameters } from 'fast-check'
import { sized } from './proofs.ts'

export const generativeSeed = Number(process.env['GENERATIVE_SEED'] ?? 20_261_122)

/** Three times `examples` in a full proof, else `sample`; or as many as the environment says. */
export const exampleCount = (examples: number, sample: number = examples): number =>
  Number(process.env['GENERATIVE_EXAMPLES'] ?? sized(sample, examples * 3))

/** Parameters of fc.assert for that many examples (see exampleCount). */
export function generativeParameters<Arguments>(
  examples = 300,
  sample: number = examples,
): Parameters<Arguments> {
  return {
    seed: generativeSeed,
    numRuns: exampleCount(examples, sample),
  }
}
