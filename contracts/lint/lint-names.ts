// Names of a contract that is one's own: whole words, none that a query language keeps for itself,
// none that repeats the type. That they are snake_case, the schema sees to.
import type { Complain } from '../load-contract.ts'
import type { YamlPath } from '../yaml-document.ts'
import { abbreviations, reservedFor, typeWords } from './reserved-words.ts'

/** Tells what is wrong with the name of a column or table; `where` as Complain takes it. */
export function lintName(
  name: string,
  table: string,
  path: YamlPath,
  where: 'key' | 'value',
  complain: Complain,
): void {
  const reserved = reservedFor(name)
  if (reserved !== null) {
    const suggestion = name === table ? null : `${table}_${name}`
    complain(path, `"${name}" is ${reserved}`, { expected: 'another name', suggestion }, where)
  }
  const words = name.split('_')
  if (words.includes('')) {
    const suggestion = words.filter((word) => word !== '').join('_')
    complain(
      path,
      `"${name}" has an empty word`,
      { expected: 'one _ between words', suggestion },
      where,
    )
  }
  const last = words.at(-1) ?? ''
  if (words.length > 1 && typeWords.includes(last)) {
    const suggestion = words.slice(0, -1).join('_')
    const expected = 'a name without it: the contract states the type'
    complain(path, `"${name}" ends in a type`, { expected, suggestion }, where)
  }
  const short = words.find((word) => Object.hasOwn(abbreviations, word))
  if (short !== undefined) {
    const suggestion = words.map((word) => abbreviations[word] ?? word).join('_')
    complain(path, `"${short}" is an abbreviation`, { expected: 'whole words', suggestion }, where)
  }
}
