// How long and from which seed generative tests run: a few examples from a fixed seed by default,
// as many as one likes from GENERATIVE_EXAMPLES and GENERATIVE_SEED. fast-check prints the seed.

export interface GenerativeParameters {
  readonly numRuns: number
  readonly seed: number
}

export function generativeParameters(examples: number): GenerativeParameters {
  return {
    numRuns: Number(process.env['GENERATIVE_EXAMPLES'] ?? examples),
    seed: Number(process.env['GENERATIVE_SEED'] ?? 20_261_122),
  }
}
