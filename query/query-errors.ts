// DuckDB's messages, made fit to be shown. Those about names are its best help and pass; those of a
// statement that ran into a value quote that value, which may be a patient's: a sentence of our own
// takes their place.
import { isLandingError, LandingError } from '../contracts/errors.ts'

const allowed =
  'one SELECT, WITH … SELECT, VALUES, FROM, SHOW TABLES, DESCRIBE or SUMMARIZE over the tables ' +
  'of the lake'

/**
 * The refusal of a statement, saying why and what is allowed. `why` holds no text of the client but
 * the word its grammar stumbled over and the name of a function.
 */
export function refused(why: string): LandingError {
  return new LandingError('query_refused', why, {
    remedy: `Write ${allowed}. Files, settings, extensions and other statements are out of reach.`,
  })
}

// Messages of these kinds speak of names and grammar, which come from the statement or the catalogue.
const aboutNames: readonly string[] = ['Binder', 'Catalog', 'Parser', 'Syntax']

const sentences: Readonly<Record<string, string>> = {
  Conversion: 'a value could not be converted to the type the statement asks for (try TRY_CAST)',
  'Out of Range': 'a number is out of the range of its type',
  'Invalid Input': 'a function was given a value it does not accept',
  'Mismatch Type': 'two types of the statement do not fit together',
  'Invalid type': 'two types of the statement do not fit together',
  'Not implemented': 'the statement uses something that the engine does not have',
  IO: 'a file could not be read or written',
  INTERRUPT: 'the statement was interrupted',
}

/** The LandingError for what DuckDB threw while preparing or running a checked statement. */
export function queryError(error: unknown): LandingError {
  if (isLandingError(error)) return error
  const text = String((error as { message?: unknown } | null)?.message ?? '')
  // Raised on purpose by compiled SQL of Trino's dialect, with a sentence of ours.
  const [, name, sentence] = /trino:([A-Z_]+):([^\n]*)/.exec(text) ?? []
  if (name !== undefined) return new LandingError('query_failed', `${sentence} (${name})`)
  const kind = /^([A-Za-z ]+?) Error: /.exec(text)?.[1] ?? ''
  if (kind === 'Out of Memory') {
    return new LandingError('out_of_resources', 'the statement needs more memory than it may use', {
      remedy: 'Select fewer columns or rows, or aggregate before sorting.',
    })
  }
  if (aboutNames.includes(kind) && !quotesValue(text)) {
    // The line of SQL that follows is the printed tree, with the literals of the statement in it.
    const message = text.split('\n\nLINE ')[0] ?? ''
    return new LandingError('query_failed', message.replace(/\s*\n\s*/g, ' ').slice(0, 1_000))
  }
  return new LandingError(
    'query_failed',
    sentences[kind] ?? 'the engine could not run the statement',
  )
}

// A binder that folds constants may fail on a value after all.
function quotesValue(text: string): boolean {
  return /could not convert|out of range|invalid input/i.test(text)
}
