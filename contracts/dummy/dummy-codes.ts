// Made codes of every code system: right in form and check digit, and plausible to look at. Which
// concepts they stand for, if any, is left to chance.
import { codeSystemForms } from '../code-systems.ts'
import type { CodeSystem, MultiCodeSystem } from '../table-contract.ts'
import { withVerhoeff } from './check-digits.ts'
import { patternTexts } from './pattern-texts.ts'
import type { SeededRandom } from './seeded-random.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const digitsOf = (random: SeededRandom, length: number): string =>
  Array.from({ length }, (_, place) => (place === 0 ? 1 + random.below(9) : random.below(10))).join(
    '',
  )

/** Namespaces of the UK edition, the drug extension, and of two suppliers of systems. */
const namespaces = ['1000000', '1000001', '1000006', '1000033']

/** A concept: partition 00 of the international edition, 10 of an extension with its namespace. */
function drawSctid(random: SeededRandom, extensionShare: number): string {
  if (!random.chance(extensionShare)) {
    return withVerhoeff(`${digitsOf(random, 4 + random.below(5))}00`)
  }
  const namespace = extensionShare === 1 ? namespaces[1] : random.pick(namespaces)
  return withVerhoeff(`${digitsOf(random, 4 + random.below(5))}${namespace}10`)
}

function drawCtv3(random: SeededRandom): string {
  const characters = `${letters}${letters.toLowerCase()}0123456789`
  const length = random.pick([2, 3, 4, 5, 5, 5, 5])
  const code = Array.from({ length }, () => characters[random.below(characters.length)]).join('')
  return code.padEnd(5, '.')
}

function drawIcd10(random: SeededRandom): string {
  const category = `${letters[random.below(26)]}${random.below(10)}${random.below(10)}`
  const kind = random.below(20)
  if (kind < 3) return category
  if (kind < 5) return `${category}X`
  return kind < 19 ? `${category}${random.below(10)}` : `${category}${digitsOf(random, 2)}`
}

function drawOpcs4(random: SeededRandom): string {
  const chapters = letters.replace('I', '')
  const category = `${chapters[random.below(25)]}${random.below(10)}${random.below(10)}`
  return random.chance(0.1) ? category : `${category}${random.below(10)}`
}

const bnf = patternTexts(codeSystemForms.bnf.pattern)

/** A code of a system. */
export function drawCode(system: CodeSystem, random: SeededRandom): string {
  switch (system) {
    case 'snomedct':
      return drawSctid(random, 0.3)
    case 'dmd':
      return drawSctid(random, 1)
    case 'ctv3':
      return drawCtv3(random)
    case 'icd10':
      return drawIcd10(random)
    case 'opcs4':
      return drawOpcs4(random)
    case 'bnf':
      return bnf.draw(random)
  }
}

/** Several codes as hospital systems join them: `||E119 ,J849 ||I801`, a spell behind each `||`. */
export function drawCodes(system: MultiCodeSystem, random: SeededRandom): string {
  const single = system === 'icd10_multi' ? 'icd10' : 'opcs4'
  const spells = 1 + random.pick([0, 0, 0, 1, 2])
  return Array.from({ length: spells }, () => {
    const codes = Array.from({ length: 1 + random.pick([0, 0, 1, 2, 5]) }, () =>
      drawCode(single, random),
    )
    return `||${codes.join(' ,')}`
  }).join(' ')
}

/** A code that no other number gives; null where the system has no more. */
export function numberedCode(system: CodeSystem, number: number): string | null {
  if (system === 'snomedct' || system === 'dmd') {
    return withVerhoeff(`${1_000 + number}${system === 'dmd' ? '100000110' : '00'}`)
  }
  const texts = patternTexts(codeSystemForms[system].pattern)
  return number < texts.count ? texts.nth(number) : null
}
