// How generative tests run: few examples from a fixed seed by default, more from another by
// environment variables. fast-check prints seed and path of a failure.
import type { Parameters } from 'fast-check'

export const generativeSeed = Number(process.env['GENERATIVE_SEED'] ?? 20_261_122)

/** Parameters of fc.assert; `examples` is the number where the environment names none. */
export function generativeParameters<Arguments>(examples = 300): Parameters<Arguments> {
  return {
    seed: generativeSeed,
    numRuns: Number(process.env['GENERATIVE_EXAMPLES'] ?? examples),
  }
}
