// The nearest valid word to a mistyped one, so that every refusal of a name can end in a
// suggestion. Pure text work; used for keys and words of YAML files, names of contracts, verbs
// and columns.

/**
 * Edit distance with neighbouring swaps counted as one edit (optimal string alignment): most typing
 * errors are one edit. Work is proportional to the product of both lengths.
 */
export function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const current = [i]
    for (let j = 1; j <= right.length; j++) {
      const changed = left[i - 1] === right[j - 1] ? 0 : 1
      let best = Math.min(
        (previous[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + changed,
      )
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1)
      }
      current.push(best)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.length] ?? 0
}

/** Letter case and the separators people use for one another do not count as a difference. */
function normalised(word: string): string {
  return word.toLowerCase().replace(/[\s_.-]+/g, '_')
}

/**
 * The candidate that `word` was most likely meant to be, or null where none is near: at most a
 * third of the letters may differ. Of equally near candidates the first one wins.
 */
export function nearestWord(word: string, candidates: Iterable<string>): string | null {
  if (word.length === 0 || word.length > 200) return null
  const wanted = normalised(word)
  let nearest: string | null = null
  let nearestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= nearestDistance) continue
    const distance = editDistance(wanted, normalised(candidate))
    if (distance < nearestDistance) {
      nearest = candidate
      nearestDistance = distance
    }
  }
  return nearest
}

/** The contract that was meant: the nearest id, or the one of that bare name (`patients`). */
export function nearestContract(id: string, ids: readonly string[]): string | null {
  return nearestWord(id, ids) ?? ids.find((one) => one.endsWith(`/${id}`)) ?? null
}

/** Words that a message lists at most. */
const wordsMost = 24

/** Words as a list for a message: `a, b or c`; a long one is cut, saying how many are left. */
export function listWords(words: readonly string[], most = wordsMost): string {
  if (words.length > most) {
    return `${words.slice(0, most).join(', ')} and ${words.length - most} more`
  }
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/**
 * What a message names as expected where none of the contracts `ids` is `id`: all where they are
 * few, else those whose table has that name in its own, else those of its namespace, else the
 * namespaces.
 */
export function expectedContracts(id: string, ids: readonly string[]): string {
  if (ids.length <= wordsMost) return listWords(ids)
  const [namespace = '', table = namespace] = id.split('/')
  const isOfName = (one: string): boolean => one.slice(one.indexOf('/') + 1).includes(table)
  const ofName = table === '' ? [] : ids.filter(isOfName)
  if (ofName.length > 0) return listWords(ofName)
  const ofNamespace = ids.filter((one) => one.startsWith(`${namespace}/`))
  if (ofNamespace.length > 0) return listWords(ofNamespace)
  const namespaces = new Set(ids.map((one) => one.slice(0, one.indexOf('/'))))
  return `namespace/table, the namespace being ${listWords([...namespaces])}`
}
