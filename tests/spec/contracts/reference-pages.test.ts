// The contracts reference as files: everything that contracts say is on their pages, links lead
// somewhere, and what other people wrote stays text.
import { posix } from 'node:path'
import { expect, test } from '@jest/globals'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import { describeCheck, describeConstraint } from '../../../contracts/describe-constraint.ts'
import { escapeMarkdown } from '../../../contracts/reference-pages/markdown-pages.ts'
import type {
  Reference,
  ReferenceBackend,
  StatedDeviation,
} from '../../../contracts/reference-pages/reference.ts'
import { renderReference } from '../../../contracts/reference-pages/render-reference.ts'
import { publicRowCount } from '../../../contracts/reference-pages/table-words.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'
import { attributesOf, tagsOf, textOf } from '../../support/html-text.ts'
import { anchorsOf, linksOf } from '../../support/markdown.ts'
import { readSample, visitsText } from '../../support/sample-contract.ts'

const { contracts } = loadCatalogue(builtInNamespaces(), { folder: '/', bytesMax: 1_000_000 })
const alone = (...some: readonly TableContract[]): Reference => ({
  contracts: some,
  backends: [],
  deviations: [],
})
const whole = renderReference(alone(...contracts.values()))
const pageOf = (files: ReadonlyMap<string, string>, path: string): string => files.get(path) ?? ''

/** Without backticks, which are code on pages; a sentence begins with a capital, so no case. */
const folded = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/`/g, '').replace(/ ,/g, ',').toLowerCase()

/** Markdown as it reads: without escapes, marks of code and links. */
const readMarkdown = (text: string): string =>
  folded(
    text
      .replace(/`/g, '')
      .replace(/\\([\\`*_[\]|~#+-])/g, '$1')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&'),
  )

test.each([...contracts.values()].map((contract) => [contract.id, contract] as const))(
  'the pages of %s have every column, type, constraint and check, in words',
  (id, contract) => {
    const page = pageOf(whole, `${id}.html`)
    const site = folded(textOf(page))
    const markdown = readMarkdown(pageOf(whole, `markdown/${id}.md`))
    const index = folded(textOf(pageOf(whole, 'index.html')))
    const said = [
      ...[id, contract.title, contract.description, contract.version, contract.digest],
      ...contract.checks.map(describeCheck),
      ...contract.columns.flatMap(({ name, type, description, constraints }) => [
        ...[name, type, description],
        ...constraints.flatMap((one) => [describeConstraint(one), one.kind]),
      ]),
    ].map(folded)
    expect(said.filter((words) => !site.includes(words))).toEqual([])
    expect(said.filter((words) => !markdown.includes(words))).toEqual([])
    const anchors = attributesOf(page, 'id')
    for (const { name, description } of contract.columns) {
      expect(anchors).toContain(`column-${name}`)
      expect(index).toContain(folded(description))
    }
    expect(attributesOf(pageOf(whole, 'index.html'), 'href')).toContain(`${id}.html`)
  },
)

test('every link of the site leads to a page and a place on it', () => {
  let count = 0
  const wrong = [...whole].flatMap(([path, page]) => {
    if (!path.endsWith('.html')) return []
    const ids = attributesOf(page, 'id')
    expect([path, ids.length]).toEqual([path, new Set(ids).size])
    const targets = ['href', 'src', 'action'].flatMap((name) => attributesOf(page, name))
    return targets.flatMap((target) => {
      if (target.startsWith('data:image/svg+xml,')) return []
      count++
      const [file = '', anchor] = target.split('#')
      const other = file === '' ? path : posix.join(posix.dirname(path), file)
      if (!whole.has(other)) return [`${path}: ${target}`]
      const isThere =
        anchor === undefined || attributesOf(pageOf(whole, other), 'id').includes(anchor)
      return isThere ? [] : [`${path}: ${target}`]
    })
  })
  expect(wrong).toEqual([])
  expect(count).toBeGreaterThan(500)
})

test('every link of the Markdown leads to a page', () => {
  const wrong = [...whole].flatMap(([path, page]) =>
    path.endsWith('.md')
      ? linksOf(page).flatMap((target) =>
          whole.has(posix.join(posix.dirname(path), target)) ? [] : [`${path}: ${target}`],
        )
      : [],
  )
  expect(wrong).toEqual([])
  expect(anchorsOf(pageOf(whole, 'markdown/core/patients.md'))).toContain('columns')
})

test('names on pages are those of labels: landmarks, headings, headers of tables', () => {
  for (const [path, page] of whole) {
    if (!path.endsWith('.html')) continue
    expect([path, page.match(/<h1>/g)?.length]).toEqual([path, 1])
    for (const landmark of ['<header ', '<main ', '<footer>', '<html lang="en-GB">']) {
      expect([path, page.includes(landmark)]).toEqual([path, true])
    }
    const ids = new Set(attributesOf(page, 'id'))
    const labels = [...attributesOf(page, 'aria-labelledby'), ...attributesOf(page, 'for')]
    expect(labels.filter((id) => !ids.has(id))).toEqual([])
    const headers = page.match(/<th\b[^>]*>/g) ?? []
    expect(headers.filter((tag) => !/ scope="(col|row)"/.test(tag))).toEqual([])
    expect(page.match(/<table/g)?.length).toBe(page.match(/<caption/g)?.length)
  }
})

test('the same contracts make the same files', () => {
  const again = loadCatalogue(builtInNamespaces(), { folder: '/', bytesMax: 1_000_000 })
  expect([...renderReference(alone(...again.contracts.values()))]).toEqual([...whole])
})

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</td></table></main>',
  '<!-- ',
  '&lt;b&gt;',
  '](javascript:alert(1)) [x](javascript:alert(1))',
  '| a | b |',
  '`code` ``two`` **bold** _thin_ ~~gone~~',
  '# heading',
  '![x](http://example.com/x.png)',
]

/** Tags but those of code, which backticks may make. */
const withoutCode = (page: string): string[] =>
  tagsOf(page).filter((tag) => tag !== 'code' && tag !== '/code')

test.each(hostile)('a contract whose texts are %j changes no markup', (text) => {
  const plain = 'Plain words.'
  const withText = (words: string): TableContract => {
    const contract = readSample(visitsText)
    const { columns, checks } = contract
    const column = { name: 'note', type: 'string', description: words } as const
    return {
      ...contract,
      title: words,
      description: words,
      columns: [
        ...columns,
        { ...column, constraints: [{ kind: 'categorical', values: [words, words] }] },
      ],
      checks,
    }
  }
  const tame = renderReference(alone(withText(plain)))
  const wild = renderReference(alone(withText(text)))
  for (const [path, page] of wild) {
    if (path.endsWith('.html')) {
      expect([path, withoutCode(page)]).toEqual([path, withoutCode(pageOf(tame, path))])
    }
    if (path.endsWith('.md')) {
      const lines = page.split('\n')
      const others = pageOf(tame, path).split('\n')
      expect(lines.length).toBe(others.length)
      for (const [index, line] of lines.entries()) {
        const cells = (row: string) => row.replace(/\\\|/g, '').split('|').length
        expect(cells(line)).toBe(cells(others[index] ?? ''))
        // In code spans everything is text; a span ends at as many backticks as it began with.
        const prose = line.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '')
        expect(prose).not.toMatch(/<(?!br>)|(?<!\\)\]\(javascript|(?<!\\)!\[|(?<!\\)\*\*/)
      }
    }
  }
  expect(folded(textOf(pageOf(wild, 'own/visits.html')))).toContain(folded(text))
})

test('backticks of prose make code, of which nothing is markup', () => {
  const contract = { ...readSample(visitsText), description: 'A `<b>` & `c|d`, or `e.' }
  const files = renderReference(alone(contract))
  expect(pageOf(files, 'own/visits.html')).toContain(
    '<p class="lead">A <code>&lt;b&gt;</code> &amp; <code>c|d</code>, or `e.</p>',
  )
  expect(pageOf(files, 'markdown/own/visits.md')).toContain('A `<b>` &amp; `c\\|d`, or \\`e.')
})

test('escaped Markdown keeps its words', () => {
  expect(escapeMarkdown('a|b *c* _d_ <e> [f](g) `h`')).toBe(
    'a\\|b \\*c\\* \\_d\\_ &lt;e&gt; \\[f\\](g) \\`h\\`',
  )
  expect(escapeMarkdown('1. first\n# second')).toBe('1\\. first # second')
  expect(escapeMarkdown('- point')).toBe('\\- point')
  expect(escapeMarkdown('## 1.5 - 2')).toBe('\\## 1.5 - 2')
})

const northshire: ReferenceBackend = {
  name: 'northshire',
  tables: {
    'own/visits': { absentColumns: ['ward'] },
    'core/patients': { absentColumns: [] },
    'core/medications': { absentColumns: ['dmd_code'] },
  },
  snapshot: {
    snapshot: 42,
    publishedOn: '2026-11-22',
    tables: {
      'own/visits': { version: '2.0.0', rows: 12_344 },
      'core/patients': { version: '1.0.0', rows: 7 },
    },
  },
}

const entry: StatedDeviation = {
  id: 'NS-001',
  contract: 'own/visits',
  columns: ['kind'],
  kind: 'extra_category',
  what: 'kind may also be other',
  ceiling: '0.5%',
  publicWording: 'Some visits are of the kind <other>.',
  status: 'approved',
  approvedOn: '2026-11-01',
  expires: '2027-05-01',
  inForce: true,
}

function backendPages(entries: readonly StatedDeviation[]): ReadonlyMap<string, string> {
  const core = ['core/patients', 'core/medications', 'core/ons_deaths'].flatMap(
    (id) => contracts.get(id) ?? [],
  )
  return renderReference({
    contracts: [...core, readSample(visitsText)],
    backends: [northshire],
    deviations: [{ backend: 'northshire', entries }],
  })
}

test('the matrix says how far a backend implements each contract', () => {
  const files = backendPages([entry, { ...entry, id: 'NS-002', inForce: false, status: 'expired' }])
  const matrix = textOf(pageOf(files, 'compatibility.html'))
  expect(matrix).toContain(
    'core/patients Implemented core/medications Implemented, 1 column absent',
  )
  expect(matrix).toContain('core/ons_deaths Not implemented')
  expect(matrix).toContain('own/visits Implemented with 1 deviation, 1 column absent')
  const markdown = pageOf(files, 'markdown/compatibility.md')
  expect(markdown).toContain(
    '| [own/visits](own/visits.md) | implemented with 1 deviation, 1 column absent |',
  )
  expect(pageOf(whole, 'compatibility.html')).not.toContain('Contracts and backends')
})

test('a page states deviations, those in force and the others, and what landed', () => {
  const files = backendPages([entry, { ...entry, id: 'NS-002', inForce: false, status: 'expired' }])
  const page = textOf(pageOf(files, 'own/visits.html'))
  expect(page).toContain(
    'Some visits are of the kind <other>. kind may also be other extra_category 0.5% In force',
  )
  expect(page).toContain('northshire NS-002')
  expect(page).toContain('Not in force (expired) approved on 2026-11-01, expires on 2027-05-01')
  expect(page).toContain('Snapshot 42 of 2026-11-22: 12,345 rows, version 2.0.0')
  expect(page).toContain('start: 2019-01 to the latest month')
  const markdown = pageOf(files, 'markdown/own/visits.md')
  expect(markdown).toContain(
    'kind &lt;other&gt;.<br>kind may also be other (`extra_category`) | 0.5% | in force | 2026-11-01',
  )
})

test('deviations that are not in force leave a contract merely implemented', () => {
  const files = backendPages([{ ...entry, inForce: false }])
  expect(textOf(pageOf(files, 'compatibility.html'))).toContain(
    'own/visits Implemented, 1 column absent',
  )
})

test('small counts of rows are hidden, others rounded', () => {
  expect([0, 7, 8, 12_342, 12_343, 1_000_001].map(publicRowCount)).toEqual([
    ...['7 or fewer', '7 or fewer', '10', '12,340', '12,345', '1,000,000'],
  ])
  const page = textOf(pageOf(backendPages([]), 'core/patients.html'))
  expect(page).toContain('Snapshot 42 of 2026-11-22: 7 or fewer rows')
})

test('what extends a contract is marked where it differs', () => {
  const base = readSample(visitsText)
  const child = readSample(
    'contract: own/stays\nversion: 1.0.0\nextends: own/visits\ncolumns:\n' +
      '  kind: {constraints: [{categorical: [urgent]}]}\n  bed: {type: int, description: Bed.}\n',
    () => base,
  )
  const files = renderReference(alone(base, child))
  const page = textOf(pageOf(files, 'own/stays.html'))
  expect(page).toContain('As in own/visits, but for what is marked.')
  expect(page).toMatch(/kind narrowed string/)
  expect(page).toMatch(/bed added int/)
  expect(page).not.toMatch(/(start|end|ward) (narrowed|added)/)
  expect(textOf(pageOf(files, 'own/visits.html'))).toContain('Extended by own/stays')
  expect(pageOf(files, 'markdown/own/stays.md')).toContain('| `kind` (narrowed) |')
  const without = renderReference(alone(child))
  expect(attributesOf(pageOf(without, 'own/stays.html'), 'href')).not.toContain(
    '../own/visits.html',
  )
})
