// ${env:NAME} and ${file:PATH} in values of the project file: secrets stay outside it. What they
// resolve to is remembered, so that no message shows it; $${ stands for a plain ${.
import { closeSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ResolvedText } from '../contracts/yaml-document.ts'

const secretBytesMax = 65_536

export interface ReferenceResolver {
  /** The text with its references resolved, or what is wrong with them. */
  readonly resolve: (text: string) => ResolvedText | { what: string; errorName: 'secret_missing' }
  /** Everything that came out of a reference so far: never to be shown. */
  readonly secrets: ReadonlySet<string>
}

function readSecretFile(path: string): string | null {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    return null
  }
  try {
    const buffer = Buffer.alloc(secretBytesMax + 1)
    const length = readSync(descriptor, buffer, 0, buffer.length, 0)
    return length > secretBytesMax ? null : buffer.toString('utf8', 0, length)
  } catch {
    return null
  } finally {
    closeSync(descriptor)
  }
}

/** Resolves against an environment and files relative to `folder`; a last line end is cut. */
export function referenceResolver(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): ReferenceResolver {
  const secrets = new Set<string>()
  const resolveText: ReferenceResolver['resolve'] = (text) => {
    if (!text.includes('${')) return { text, secret: false }
    let wrong: string | null = null
    let secret = false
    const resolved = text.replace(/\$?\$\{([^}]*)\}?/g, (whole: string, inner: string) => {
      if (whole.startsWith('$$')) return whole.slice(1)
      const [kind = '', ...rest] = inner.split(':')
      const name = rest.join(':')
      if (!whole.endsWith('}') || (kind !== 'env' && kind !== 'file') || name === '') {
        wrong ??=
          'a reference that is neither ${env:NAME} nor ${file:PATH} (write $${ for a plain ${)'
        return ''
      }
      const found = kind === 'env' ? environment[name] : readSecretFile(resolve(folder, name))
      if (found === undefined || found === null || found === '') {
        wrong ??=
          kind === 'env'
            ? `environment variable ${name} is not set`
            : `file ${name} cannot be read, is empty or has more than ${secretBytesMax} bytes`
        return ''
      }
      const value = kind === 'file' ? found.replace(/\r?\n$/, '') : found
      secret = true
      secrets.add(value)
      return value
    })
    if (wrong !== null) return { what: wrong, errorName: 'secret_missing' }
    return { text: resolved, secret }
  }
  return { resolve: resolveText, secrets }
}

/** A message without what references resolved to. Texts of one to three letters hide nothing. */
export function redact(message: string, secrets: Iterable<string>): string {
  let redacted = message
  for (const secret of secrets) {
    if (secret.length > 3) redacted = redacted.replaceAll(secret, '(secret)')
  }
  return redacted
}
