// A small client of Trino's protocol, for tests: one request at a time, so that a test can repeat,
// leave out or break off any of them.
export interface QueryResults {
  readonly id: string
  readonly nextUri?: string
  readonly columns?: readonly { readonly name: string; readonly type: string }[]
  readonly data?: readonly (readonly unknown[])[]
  readonly updateType?: string
  readonly updateCount?: number
  readonly error?: {
    readonly errorName: string
    readonly errorType: string
    readonly message: string
  }
  readonly stats: { readonly state: string }
}

export interface ClientOptions {
  readonly port: number
  readonly user?: string
  readonly schema?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a statement and gives the answer to the POST. */
export async function post(sql: string, options: ClientOptions): Promise<QueryResults> {
  const response = await fetch(`http://127.0.0.1:${options.port}/v1/statement`, {
    method: 'POST',
    body: sql,
    headers: {
      'X-Trino-User': options.user ?? 'tess',
      'X-Trino-Catalog': 'lake',
      'X-Trino-Schema': options.schema ?? 'northshire',
      'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
      ...options.headers,
    },
  })
  if (response.status !== 200) throw new Error(`POST ended with ${response.status}`)
  return (await response.json()) as QueryResults
}

/** One GET; null where its status is not 200, which `status` tells. */
export async function get(
  uri: string,
): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await fetch(uri)
  return { status: response.status, body: await response.text(), headers: response.headers }
}

export interface Outcome {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly updateType: string | null
  readonly updateCount: number | null
  readonly error: string | null
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
  readonly gets: number
}

/** Follows a statement to its end. 64-bit numbers come as JavaScript reads them. */
export async function run(sql: string, options: ClientOptions): Promise<Outcome> {
  let results = await post(sql, options)
  let columns: readonly string[] = []
  const rows: (readonly unknown[])[] = []
  const headers: Record<string, string> = {}
  let gets = 0
  while (results.nextUri !== undefined) {
    const { status, body, headers: found } = await get(results.nextUri)
    if (status !== 200) throw new Error(`GET ended with ${status}`)
    gets++
    results = JSON.parse(body) as QueryResults
    for (const [name, value] of found) if (name.startsWith('x-trino')) headers[name] = value
    columns = results.columns?.map(({ name, type }) => `${name} ${type}`) ?? columns
    for (const row of results.data ?? []) rows.push(row)
  }
  return {
    ...{ columns, rows, headers, gets },
    updateType: results.updateType ?? null,
    updateCount: results.updateCount ?? null,
    error: results.error?.errorName ?? null,
    message: results.error?.message ?? '',
  }
}
