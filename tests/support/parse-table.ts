// ASCII tables in tests: a line of names, a rule of dashes, a line for each row, cells between
// bars. The same text is what a reader sees and what the test runs on.

/** The rows of a table, by column name; cells are trimmed, an empty cell is the empty text. */
export function parseTable(text: string): Record<string, string>[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [head = '', rule = '', ...body] = lines
  if (!/^[\s|+-]+$/.test(rule)) throw new Error('the second line of a table is a rule of dashes')
  const names = head.split('|').map((cell) => cell.trim())
  return body.map((line) => {
    const cells = line.split('|').map((cell) => cell.trim())
    if (cells.length !== names.length) throw new Error(`cells and names differ: ${line}`)
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
  })
}
