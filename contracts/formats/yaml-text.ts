// Plain data as YAML 1.2 text that reads back as the same data, whatever its texts hold: long prose
// is folded, short lists stand on one line, and what is not plainly printable is quoted with
// escapes.
import { Document, isMap, isScalar, isSeq, Scalar, visit } from 'yaml'

const lineWidth = 100
/** Longer prose is folded into lines. */
const foldedFrom = 80
/** Shorter lists and maps stand on one line. */
const flowTo = 84

/** Printable, in one line, without characters that some reader takes for a line end or a mark. */
const plainText = /^[\u0020-\u007e\u00a0-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufdff]*$/
/** Words with single spaces between them: folding and unfolding gives the same text. */
const foldable = /^[^\s]+(?: [^\s]+)*$/

function styleScalar(scalar: Scalar, isProse: boolean): void {
  if (typeof scalar.value !== 'string') return
  const text = scalar.value
  if (!plainText.test(text)) scalar.type = Scalar.QUOTE_DOUBLE
  else if (isProse && text.length > foldedFrom && foldable.test(text)) {
    scalar.type = Scalar.BLOCK_FOLDED
  } else if (text.length > foldedFrom) scalar.type = Scalar.QUOTE_DOUBLE
}

/** Keys whose texts are prose. */
const proseKeys = ['description', 'purpose', 'limitations', 'usage']

export interface YamlTextOptions {
  /** Lines of comment before the document. */
  readonly comment?: readonly string[]
  /** Quotes texts that readers of YAML 1.1 take for something else: dates, yes, 1:30. */
  readonly forOldReaders?: boolean
}

/** YAML text of plain data. */
export function yamlText(value: unknown, options: YamlTextOptions = {}): string {
  const { comment = [], forOldReaders = false } = options
  const document = new Document(value, {
    version: '1.2',
    schema: 'core',
    aliasDuplicateObjects: false,
    compat: forOldReaders ? 'yaml-1.1' : null,
  })
  visit(document, {
    Pair: (_, pair) => {
      const isProse = isScalar(pair.key) && proseKeys.includes(String(pair.key.value))
      if (isScalar(pair.value)) styleScalar(pair.value, isProse)
    },
    Scalar: (key, scalar) => {
      if (key !== 'value') styleScalar(scalar, false)
    },
    Collection: (key, node) => {
      if (key === null || !(isMap(node) || isSeq(node))) return
      const plain = node.toJSON()
      const text = JSON.stringify(plain)
      const isFlat = isSeq(node) || !Object.values(plain).some(isPlainMap)
      if (text.length <= flowTo && isFlat && !text.includes('"description":')) node.flow = true
    },
  })
  const lines = comment.map((line) => `# ${line.replace(/\p{Cc}/gu, ' ')}\n`).join('')
  return `${lines}${document.toString({ lineWidth, flowCollectionPadding: false })}`
}

const isPlainMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
