// The contracts reference in a real browser, from a folder and without a network: the search, narrow
// and wide windows, light and dark, keyboard and paper. Skipped by name where no Chromium is installed
// (CHROMIUM names one).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { builtInNamespaces, loadCatalogue } from '../../contracts/catalogue.ts'
import type { StatedDeviation } from '../../contracts/reference-pages/reference.ts'
import { renderReference } from '../../contracts/reference-pages/render-reference.ts'
import { type Browser, type BrowserPage, chromiumPath, openBrowser } from '../support/chromium.ts'
import {
  excessWidth,
  ground,
  paleTexts,
  shownColumns,
  shownContracts,
} from '../support/page-measures.ts'

const catalogue = loadCatalogue(builtInNamespaces(), { folder: '/', bytesMax: 1_000_000 })
const contracts = [...catalogue.contracts.values()]
const entry: StatedDeviation = {
  ...{ id: 'NS-001', contract: 'core/patients', columns: ['sex'], kind: 'extra_category' },
  what: 'sex may also be other',
  ...{ ceiling: '0.5%', publicWording: 'Some patients have no sex recorded.', status: 'approved' },
  ...{ approvedOn: '2026-11-01', expires: '2027-05-01', inForce: true },
}
const files = renderReference({
  contracts,
  backends: ['northshire', 'southmere', 'a_backend_of_a_long_name'].map((name) => ({
    name,
    tables: {
      'core/patients': { absentColumns: [] },
      'core/medications': { absentColumns: ['date', 'dmd_code'] },
      'core/ons_deaths': { absentColumns: [] },
    },
    snapshot: {
      ...{ snapshot: 3, publishedOn: '2026-11-22' },
      tables: { 'core/patients': { version: '1.0.0', rows: 123_456 } },
    },
  })),
  deviations: [{ backend: 'northshire', entries: [entry, { ...entry, inForce: false }] }],
})

const browserTest =
  chromiumPath === null
    ? (name: string, _work: () => Promise<void>) =>
        test.skip(`${name} (no Chromium is installed)`, () => undefined)
    : test

let folder = ''
let browser: Browser
let page: BrowserPage
beforeAll(async () => {
  if (chromiumPath === null) return
  folder = mkdtempSync(join(tmpdir(), 'safelanding-site-'))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  browser = await openBrowser(chromiumPath)
  page = await browser.newPage()
})
afterAll(async () => {
  if (chromiumPath === null) return
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
})

const desktop = { width: 1280, height: 900, scheme: 'light' } as const
const phone = { width: 360, height: 740, scheme: 'light' } as const
const urlOf = (path: string): string => `${pathToFileURL(folder).href}/${path}`
const sites = [...files.keys()].filter((path) => path.endsWith('.html'))

/** Contracts and columns in whose name, type or description every word stands. */
function columnsWith(...words: string[]): string[] {
  return contracts.flatMap(({ id, columns }) =>
    columns
      .filter(({ name, type, description }) => {
        const text = `${name} ${type} ${description}`.toLowerCase().replaceAll('_', ' ')
        return words.every((word) => text.includes(word))
      })
      .map(({ name }) => `${id} ${name}`),
  )
}

browserTest(
  'the search narrows the list to tables and columns that match, letter by letter',
  async () => {
    await page.show(desktop)
    await page.open(urlOf('index.html'))
    expect(await page.evaluate(shownContracts)).toEqual(contracts.map(({ id }) => id))
    expect(await page.evaluate(shownColumns)).toEqual([])
    await page.press('/')
    await page.type('imd_rounded')
    const wanted = columnsWith('imd rounded')
    expect(wanted.length).toBeGreaterThan(1)
    expect(await page.evaluate(shownColumns)).toEqual(wanted)
    expect(await page.evaluate(shownContracts)).toEqual([
      ...new Set(wanted.map((one) => one.split(' ')[0])),
    ])
    const told = 'document.querySelector("#found").textContent'
    const count = wanted.length
    expect(await page.evaluate(told)).toBe(`Found ${count} tables, ${count} columns.`)
    await page.type(' zzz')
    expect(await page.evaluate(shownContracts)).toEqual([])
    expect(await page.evaluate(told)).toBe('Nothing found. Try fewer letters.')
  },
)

browserTest('words typed on another page are looked for on the first one', async () => {
  await page.open(urlOf('core/patients.html'))
  await page.evaluate('document.querySelector("#search").focus()')
  await page.type('emis certificate icd10')
  await page.submit()
  expect(await page.evaluate('location.pathname')).toMatch(/\/index\.html$/)
  const wanted = columnsWith('certificate', 'icd10').filter((one) => /^(raw\.)?emis/.test(one))
  expect(wanted.length).toBeGreaterThan(10)
  expect(await page.evaluate(shownColumns)).toEqual(wanted)
})

browserTest('no page is wider than its window, on a phone or a desk', async () => {
  const some = sites.filter((path) => !path.includes('/') || path.endsWith('/patients.html'))
  for (const [viewport, paths] of [
    [phone, sites],
    [desktop, some],
  ] as const) {
    await page.show(viewport)
    for (const path of paths) {
      await page.open(urlOf(path))
      expect([path, viewport.width, await page.evaluate(excessWidth)]).toEqual([
        ...[path, viewport.width, 0],
      ])
    }
  }
})

browserTest('what is too wide for a phone scrolls by itself, and rows become cards', async () => {
  await page.show(phone)
  await page.open(urlOf('compatibility.html'))
  const scrolls =
    '[...document.querySelectorAll(".scroll")].map((e) => e.scrollWidth > e.clientWidth && e.tabIndex === 0)'
  expect(await page.evaluate(scrolls)).toEqual([true, true])
  await page.open(urlOf('core/patients.html'))
  const display = 'getComputedStyle(document.querySelector("table.columns td")).display'
  expect(await page.evaluate(display)).toBe('block')
  await page.show(desktop)
  expect(await page.evaluate(display)).toBe('table-cell')
})

browserTest('every text stands out from its ground, in light and in dark', async () => {
  for (const scheme of ['light', 'dark'] as const) {
    for (const { width, height } of [phone, desktop]) {
      await page.show({ width, height, scheme })
      for (const path of [
        ...['index.html?q=date', 'compatibility.html', 'types.html#type-date'],
        ...['core/patients.html#column-sex', 'emis/patients.html', 'core/medications.html'],
      ]) {
        await page.open('about:blank')
        await page.open(urlOf(path))
        expect([path, await page.evaluate(ground)]).toEqual([path, scheme])
        const { count, pale } = await page.evaluate<{ count: number; pale: string[] }>(paleTexts)
        expect([path, scheme, pale]).toEqual([path, scheme, []])
        expect(count).toBeGreaterThan(20)
      }
    }
  }
})

browserTest('a keyboard goes past the lists to the content, and sees where it is', async () => {
  await page.show(desktop)
  await page.open(urlOf('core/patients.html'))
  await page.press('Tab')
  const focused = `(() => {
    const at = document.activeElement
    const style = getComputedStyle(at)
    return [at.textContent, at.getBoundingClientRect().top >= 0, style.outlineStyle, style.outlineWidth]
  })()`
  expect(await page.evaluate(focused)).toEqual(['Skip to the content', true, 'solid', '3px'])
  await page.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('content')
  await page.press('Tab')
  expect(await page.evaluate('document.activeElement.closest("main") !== null')).toBe(true)
})

browserTest('paper gets the contract alone, black on white, whatever the screen is', async () => {
  await page.show({ ...desktop, scheme: 'dark', media: 'print' })
  await page.open(urlOf('core/patients.html'))
  const seen =
    '["header.site", "nav.contracts", ".trail", "footer", "main"].map((s) => document.querySelector(s).checkVisibility())'
  expect(await page.evaluate(seen)).toEqual([false, false, false, false, true])
  expect(await page.evaluate(ground)).toBe('light')
  const { pale } = await page.evaluate<{ pale: string[] }>(paleTexts)
  expect(pale).toEqual([])
})

browserTest('nothing was complained about and nothing was fetched from elsewhere', async () => {
  expect(page.complaints).toEqual([])
  const elsewhere = page.requests.filter(
    (url) => !url.startsWith(`${pathToFileURL(folder).href}/`) && !url.startsWith('data:'),
  )
  expect(elsewhere.filter((url) => url !== 'about:blank')).toEqual([])
  expect(page.requests.length).toBeGreaterThan(sites.length)
})
