// Aligned columns for people: numbers to the right, texts to the left, two spaces between.

/** Lines of a table; a column whose cells are all numbers is right-aligned. */
export function tableText(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string[] {
  const texts = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))))
  const widths = header.map((name, index) =>
    Math.max(name.length, ...texts.map((row) => row[index]?.length ?? 0)),
  )
  const numeric = header.map((_, index) =>
    rows.every((row) => typeof row[index] === 'number' || row[index] === null),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) =>
        numeric[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [line(header), ...texts.map(line)]
}
