// Words for columns of free text, some of them awkward for whoever reads CSV: commas, quotes, line
// ends, letters beyond ASCII. All are permitted, and must land as they are.
import type { SeededRandom } from './seeded-random.ts'

const words = [
  ...['amber', 'bridge', 'cedar', 'delta', 'ember', 'fallow', 'garnet', 'harbour', 'indigo'],
  ...['juniper', 'kestrel', 'larch', 'meadow', 'north', 'orchard', 'poplar', 'quarry', 'ridge'],
  ...['sorrel', 'thistle', 'upland', 'vale', 'willow', 'yarrow', 'zenith'],
]

const awkward = [
  'Ward 7, east wing',
  'the so-called "open" clinic',
  'Café Łódź',
  'Ysbyty Gwynedd – llawr 1',
  'αβγ',
  'first line\nsecond line',
  ' leading and trailing blanks ',
  "O'Neill; Smith | Jones",
  '"quoted, all of it"',
  'NULL',
  '漢字 🙂',
]

/** One in this many texts is awkward. */
const awkwardOneIn = 60

export function drawText(random: SeededRandom): string {
  if (random.below(awkwardOneIn) === 0) return random.pick(awkward)
  const first = random.pick(words)
  return random.chance(0.4) ? first : `${first} ${random.pick(words)}`
}

/** A text that no other number gives. */
export const numberedText = (random: SeededRandom, number: number): string =>
  `${random.pick(words)}-${number}`
