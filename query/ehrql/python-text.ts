// Texts as Python source: string literals, comments and docstrings that mean the text and nothing
// else, whatever stands in it. A description may not end a literal, a comment or the line it is in.

/** Lines of generated Python are at most so long, as black and ruff have it. */
export const pythonWidth = 88

// Control, format and line-separating characters, and halves of pairs: never as they are in source.
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\U${code.toString(16).padStart(8, '0')}`
}

const plain = (character: string): string =>
  unprintable.test(character) ? escapeOf(character) : character

const countOf = (text: string, character: string): number => text.split(character).length - 1

/** Columns that a text takes; beyond Latin every character counts as two, which is never too few. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += (character.codePointAt(0) ?? 0) >= 0x300 ? 2 : 1
  return width
}

/** A string literal in double quotes, or in single ones where that takes fewer backslashes. */
export function pythonString(text: string): string {
  const quote = countOf(text, '"') > countOf(text, "'") ? "'" : '"'
  const inside = (character: string): string =>
    character === '\\' || character === quote ? `\\${character}` : plain(character)
  return `${quote}${Array.from(text, inside).join('')}${quote}`
}

/** String literals that together are the text, none wider than `width`, broken after spaces. */
export function pythonStringPieces(text: string, width: number): string[] {
  const pieces: string[] = []
  let piece = ''
  const take = (part: string) => {
    if (piece !== '' && textWidth(pythonString(piece + part)) > width) {
      pieces.push(pythonString(piece))
      piece = ''
    }
    piece += part
  }
  for (const word of text.split(/(?<= )/u)) {
    if (textWidth(pythonString(word)) <= width) take(word)
    // A word that no line holds is cut between characters.
    else for (const character of word) take(character)
  }
  return [...pieces, pythonString(piece)]
}

/** Text as words on lines of at most `width`; a longer word has a line of its own. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/[ \t]+/).filter((part) => part !== '')) {
    if (line !== '' && textWidth(`${line} ${word}`) > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}

const isListItem = (line: string): boolean => /^([-*+]|\d+[.)]) /.test(line)

/** Paragraphs and list items of a text: items keep a line of their own, other lines are joined. */
function blocksOf(text: string): string[] {
  const blocks: string[] = []
  let isOpen = false
  for (const raw of text.split(/\r\n|[\n\r\u2028\u2029]/u)) {
    const line = raw.trim()
    if (line === '') {
      if (blocks.length > 0 && blocks.at(-1) !== '') blocks.push('')
      isOpen = false
    } else if (isOpen && !isListItem(line)) {
      blocks[blocks.length - 1] += ` ${line}`
    } else {
      blocks.push(line)
      isOpen = true
    }
  }
  return blocks.at(-1) === '' ? blocks.slice(0, -1) : blocks
}

function wrapBlocks(text: string, width: number): string[] {
  return blocksOf(text).flatMap((block) => {
    if (block === '') return ['']
    const hanging = isListItem(block) ? '  ' : ''
    const [first = '', ...rest] = wrapWords(block, width - hanging.length)
    return [first, ...rest.map((line) => hanging + line)]
  })
}

/** Comment lines; what cannot be printed stands as its escape. */
export function commentLines(text: string, indent: string): string[] {
  const safe = Array.from(text.replace(/[\r\n\u2028\u2029]+/gu, '\n'), (character) =>
    character === '\n' ? character : plain(character),
  ).join('')
  return wrapBlocks(safe, pythonWidth - indent.length - 2).map((line) =>
    line === '' ? `${indent}#` : `${indent}# ${line}`,
  )
}

/** A docstring of paragraphs, its quotes on lines of their own. Empty paragraphs are left out. */
export function docstringLines(paragraphs: readonly string[], indent: string): string[] {
  const quoted = '"""'
  const inDocstring = (text: string): string =>
    Array.from(text, (character) => {
      if (/[\n\r\u2028\u2029]/u.test(character)) return '\n'
      return character === '\\' ? '\\\\' : plain(character)
    })
      .join('')
      // Not one quote less than three in a row, and none at an end: the text stays inside.
      .replace(/"(?="")|(?<="")"/gu, '\\"')
  const lines = paragraphs
    .map((paragraph) => wrapBlocks(inDocstring(paragraph), pythonWidth - indent.length))
    .filter((wrapped) => wrapped.length > 0)
    .flatMap((wrapped, index) => (index === 0 ? wrapped : ['', ...wrapped]))
  return [
    `${indent}${quoted}`,
    ...lines.map((line) => (line === '' ? '' : indent + line)),
    `${indent}${quoted}`,
  ]
}
