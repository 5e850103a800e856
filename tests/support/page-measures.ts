// What a browser is asked about a page, as expressions that it evaluates: contrast of every text that
// can be seen, and what is in view.

/** Texts whose contrast with what is behind them is below 4.5 to 1, with the contrast (WCAG 2.2). */
export const paleTexts = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = ([red, green, blue]) => {
    const part = (value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
  }
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return colour
      if (colour[3] !== 0) throw new Error('a background that shines through')
    }
    return [255, 255, 255]
  }
  const pale = []
  let count = 0
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim()
    const element = walker.currentNode.parentElement
    if (text === '' || !element.checkVisibility({ visibilityProperty: true })) continue
    if (element.closest('.hidden-words') !== null) continue
    const pair = [parse(getComputedStyle(element).color), behind(element)].map(luminance)
    const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)
    count++
    if (contrast < 4.5) pale.push(text.slice(0, 40) + ': ' + contrast.toFixed(2))
  }
  return { count, pale: [...new Set(pale)] }
})()`

/** Pixels by which the page is wider than the window. */
export const excessWidth =
  'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth'

/** Ids of the contracts that the first page shows. */
export const shownContracts = `[...document.querySelectorAll('.entry')]
  .filter((entry) => entry.checkVisibility())
  .map((entry) => entry.querySelector('h3 code').textContent)`

/** Columns that the first page shows, as contract and column. */
export const shownColumns = `[...document.querySelectorAll('.entry')].flatMap((entry) =>
  [...entry.querySelectorAll('ul.columns li')]
    .filter((row) => row.checkVisibility())
    .map((row) => entry.querySelector('h3 code').textContent + ' ' + row.querySelector('code').textContent))`

/** Light or dark, from the ground of the page. */
export const ground = `(() => {
  const parts = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)
  return parts.every((part) => part > 200) ? 'light' : parts.every((part) => part < 60) ? 'dark' : 'neither'
})()`
