// The session of a request, from its headers. Clients keep all state of a session and send it with
// each statement; headers may come once with commas or several times.
import type { IncomingHttpHeaders } from 'node:http'
import { limits } from '../../config/limits.ts'
import { TrinoError } from '../trino/trino-error.ts'
import type { StatementSession } from '../worker/messages.ts'
import { knownProperties } from '../worker/session-properties.ts'

/** Who asks: a name that can be a schema of its own. */
const userPattern = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,62}$/

function headerText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[`x-trino-${name}`]
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim()
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new TrinoError('INVALID_ARGUMENTS', 'a header is not URL-encoded')
  }
}

/** `a=1,b=2` with URL-encoded values. */
function pairs(text: string): Record<string, string> {
  const result: Record<string, string> = Object.create(null) as Record<string, string>
  for (const pair of text.split(',')) {
    const [name = '', ...rest] = pair.trim().split('=')
    if (name === '') continue
    result[decode(name)] = decode(rest.join('='))
  }
  return result
}

const nameOrNull = (text: string): string | null =>
  text === '' ? null : decode(text).toLowerCase()

/** The user of a request: 401 where no usable one is named, told as null. */
export function requestUser(headers: IncomingHttpHeaders): string | null {
  const user = headerText(headers, 'user')
  return userPattern.test(user) ? user.toLowerCase() : null
}

/** The session that the headers of a POST state. */
export function requestSession(
  headers: IncomingHttpHeaders,
  catalog: string,
  now: Date,
): StatementSession {
  const prepared = headerText(headers, 'prepared-statement')
  if (prepared.length > limits.statementCharactersMax * 2) {
    throw new TrinoError('QUERY_TEXT_TOO_LARGE', 'the prepared statements are too large')
  }
  const capabilities = headerText(headers, 'client-capabilities').split(/\s*,\s*/)
  return {
    catalog: nameOrNull(headerText(headers, 'catalog')),
    schema: nameOrNull(headerText(headers, 'schema')),
    properties: knownProperties(pairs(headerText(headers, 'session')), catalog),
    prepared: pairs(prepared),
    preciseTimes: capabilities.includes('PARAMETRIC_DATETIME'),
    startedAt: now.toISOString().replace('T', ' ').replace('Z', ''),
    source: headerText(headers, 'source').slice(0, 200) || null,
  }
}
