// All functions by name: those of values, aggregates, windows. What is on none of the lists does not
// exist, whatever the engine may have.
import { aggregateFunctions } from './aggregate-functions.ts'
import { dateFunctions } from './date-functions.ts'
import { mapFunctions } from './map-functions.ts'
import { numericFunctions } from './numeric-functions.ts'
import { otherFunctions } from './other-functions.ts'
import type { Functions } from './signature.ts'
import { textFunctions } from './text-functions.ts'
import { windowFunctions } from './window-functions.ts'

export const scalarFunctions: Functions = {
  ...numericFunctions,
  ...textFunctions,
  ...dateFunctions,
  ...otherFunctions,
  ...mapFunctions,
}

/** Names and kinds of all functions, for SHOW FUNCTIONS. */
export function listFunctions(): { readonly name: string; readonly kind: string }[] {
  const kinds = [
    ['scalar', scalarFunctions],
    ['aggregate', aggregateFunctions],
    ['window', windowFunctions],
  ] as const
  return kinds
    .flatMap(([kind, functions]) => Object.keys(functions).map((name) => ({ name, kind })))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
