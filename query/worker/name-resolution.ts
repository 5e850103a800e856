// From the names of a statement to tables: catalog, schema and table, with the session's in the place
// of what is left out. Temporary tables of ehrQL are looked for among the user's own first.
import { informationSchema } from '../catalogue/information-schema.ts'
import type { CatalogueTable } from '../catalogue/lake-tables.ts'
import { type LandingTableName, landingSchema, landingTables } from '../catalogue/landing-tables.ts'
import { runtimeQueries } from '../catalogue/runtime-queries.ts'
import { systemTables } from '../catalogue/system-tables.ts'
import type { ResolvedTable } from '../trino/compile/compiler.ts'
import type { NameParts } from '../trino/syntax.ts'
import { type TextPlace, TrinoError } from '../trino/trino-error.ts'
import type { QueryEntry } from './messages.ts'
import type { Scratch } from './scratch.ts'
import type { OpenSnapshot } from './snapshots.ts'

/** Tables that ehrQL makes on the way to an answer (its own naming). */
const temporaryTable = /^ehrql_/

export interface Names {
  readonly catalog: string
  readonly user: string
  readonly sessionCatalog: string | null
  readonly sessionSchema: string | null
  readonly snapshot: OpenSnapshot
  readonly scratch: Scratch
  /** Tables of what became of loads that were read for this statement, by name. */
  readonly landing: ReadonlyMap<string, CatalogueTable>
  /** The user's statements, where this one may ask for them. */
  readonly queries: readonly QueryEntry[]
}

/** A query names a table of the schema `landing` that was not read: reading takes a while. */
class LandingNeeded extends Error {
  readonly landingNeeded: LandingTableName

  constructor(table: LandingTableName) {
    super(`landing.${table} was not read`)
    this.landingNeeded = table
  }
}

/** The table of the schema `landing` that an error asks for; null: it asks for none. */
export function landingNeeded(error: unknown): LandingTableName | null {
  return (error as Partial<LandingNeeded> | null)?.landingNeeded ?? null
}

export interface FullName {
  readonly catalog: string
  readonly schema: string
  readonly table: string
}

/** A name with all its parts, in lower case; the session fills in what is left out. */
export function fullName(names: Names, parts: NameParts, place: TextPlace | null): FullName {
  const [table = '', schema = null, catalog = null] = [...parts]
    .reverse()
    .map((part) => part.toLowerCase())
  const isTemporary = schema === null && temporaryTable.test(table)
  const inSchema = schema ?? (isTemporary ? names.user : names.sessionSchema)
  if (inSchema === null) {
    throw new TrinoError(
      'INVALID_ARGUMENTS',
      'Schema must be specified when session schema is not set',
      place,
    )
  }
  return { catalog: catalog ?? names.sessionCatalog ?? names.catalog, schema: inSchema, table }
}

/** All schemas of the catalog, the user's own among them. */
export function schemasOf({ snapshot, user }: Names): string[] {
  return [...new Set([...snapshot.schemas, landingSchema, user])].sort()
}

/** All tables of the catalog but those of information_schema. */
export function tablesOf({ snapshot, scratch }: Names): CatalogueTable[] {
  return [...snapshot.tables, ...landingTables, ...scratch.tables()]
}

function tablesIn(names: Names, { catalog, schema }: FullName): readonly CatalogueTable[] {
  if (catalog === 'system') {
    const tables = systemTables(names.catalog, schemasOf(names), tablesOf(names))
    return [...tables, runtimeQueries(names.user, names.queries)]
  }
  if (schema === 'information_schema') {
    return informationSchema(names.catalog, schemasOf(names), tablesOf(names))
  }
  if (schema === landingSchema) return landingTables
  return schema === names.user.toLowerCase() ? names.scratch.tables() : names.snapshot.tables
}

/** The table of a name; null where its schema has none of that name. */
export function findTable(
  names: Names,
  parts: NameParts,
  place: TextPlace | null,
): { readonly full: FullName; readonly table: CatalogueTable | null } {
  const full = fullName(names, parts, place)
  const { catalog, schema, table } = full
  if (catalog !== names.catalog && catalog !== 'system') {
    throw new TrinoError('CATALOG_NOT_FOUND', `Catalog '${catalog}' not found`, place)
  }
  const schemas = [...schemasOf(names), 'information_schema'].map((name) => name.toLowerCase())
  const found = tablesIn(names, full).find(
    (candidate) =>
      candidate.name.toLowerCase() === table && candidate.schema.toLowerCase() === schema,
  )
  if (found === undefined && catalog !== 'system' && !schemas.includes(schema)) {
    throw new TrinoError('SCHEMA_NOT_FOUND', `Schema '${schema}' does not exist`, place)
  }
  // With a data schema in the session, a temporary table may still be one of the lake's.
  if (found === undefined && parts.length === 1 && temporaryTable.test(table)) {
    const inSession = names.snapshot.tables.find(
      (candidate) => candidate.name === table && candidate.schema === names.sessionSchema,
    )
    return { full, table: inSession ?? null }
  }
  return { full, table: found ?? null }
}

/**
 * The table of a name for a query; `onSource` is told of tables of the lake. Throws LandingNeeded for
 * a table of the schema `landing` that was not read.
 */
export function tableResolver(
  names: Names,
  onSource: (table: string) => void,
): (parts: NameParts, place: TextPlace) => ResolvedTable {
  return (parts, place) => {
    const { full, table } = findTable(names, parts, place)
    const { catalog, schema } = full
    if (table === null) {
      const name = `${catalog}.${schema}.${full.table}`
      throw new TrinoError('TABLE_NOT_FOUND', `Table '${name}' does not exist`, place)
    }
    if (table.source !== null) onSource(table.source)
    const isLanding = catalog === names.catalog && table.schema === landingSchema
    const read = isLanding ? names.landing.get(table.name) : table
    if (read === undefined) throw new LandingNeeded(table.name as LandingTableName)
    return { name: [catalog, schema, full.table], sql: read.sql, columns: read.columns }
  }
}
