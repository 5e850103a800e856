// The statements of a client as plain data. What Trino has and the query layer does not take part in
// is named in parse-statement.ts, with the refusal it gets.
import type { Expression, NameParts, Query, TypeName } from './syntax.ts'

export interface ColumnDefinition {
  readonly name: string
  readonly type: TypeName
  readonly nullable: boolean
}

export type Statement =
  | { readonly kind: 'query'; readonly query: Query }
  | {
      readonly kind: 'create_table'
      readonly name: NameParts
      readonly ifNotExists: boolean
      readonly columns: readonly ColumnDefinition[]
      readonly at: number
    }
  | {
      readonly kind: 'create_table_as'
      readonly name: NameParts
      readonly ifNotExists: boolean
      readonly columns: readonly string[] | null
      readonly query: Query
      readonly withData: boolean
      readonly at: number
    }
  | {
      readonly kind: 'insert'
      readonly name: NameParts
      readonly columns: readonly string[] | null
      readonly query: Query
      readonly at: number
    }
  | {
      readonly kind: 'drop_table'
      readonly name: NameParts
      readonly ifExists: boolean
      readonly at: number
    }
  | {
      readonly kind: 'create_schema'
      readonly name: NameParts
      readonly ifNotExists: boolean
      readonly at: number
    }
  | {
      readonly kind: 'drop_schema'
      readonly name: NameParts
      readonly ifExists: boolean
      readonly cascade: boolean
      readonly at: number
    }
  | { readonly kind: 'use'; readonly catalog: string | null; readonly schema: string }
  | { readonly kind: 'set_session'; readonly name: NameParts; readonly value: Expression }
  | { readonly kind: 'reset_session'; readonly name: NameParts }
  | { readonly kind: 'set_time_zone'; readonly zone: Expression | null }
  | { readonly kind: 'prepare'; readonly name: string; readonly text: string }
  | {
      readonly kind: 'execute'
      readonly name: string
      readonly arguments: readonly Expression[]
    }
  | {
      readonly kind: 'execute_immediate'
      readonly text: string
      readonly arguments: readonly Expression[]
    }
  | { readonly kind: 'deallocate'; readonly name: string }
  | { readonly kind: 'describe_input' | 'describe_output'; readonly name: string }
  | { readonly kind: 'start_transaction' | 'commit' | 'rollback' }
  | { readonly kind: 'explain'; readonly format: string; readonly statement: Statement }
  | { readonly kind: 'call'; readonly name: NameParts; readonly arguments: readonly CallArgument[] }
  | ShowStatement

export interface CallArgument {
  readonly name: string | null
  readonly value: Expression
}

export type ShowStatement =
  | { readonly kind: 'show_catalogs'; readonly like: LikePattern | null }
  | {
      readonly kind: 'show_schemas'
      readonly catalog: string | null
      readonly like: LikePattern | null
    }
  | {
      readonly kind: 'show_tables'
      readonly schema: NameParts | null
      readonly like: LikePattern | null
    }
  | {
      readonly kind: 'show_columns'
      readonly table: NameParts
      readonly like: LikePattern | null
      readonly at: number
    }
  | { readonly kind: 'show_functions'; readonly like: LikePattern | null }
  | { readonly kind: 'show_session'; readonly like: LikePattern | null }
  | {
      readonly kind: 'show_create_table' | 'show_create_schema'
      readonly name: NameParts
      readonly at: number
    }

export interface LikePattern {
  readonly pattern: string
  readonly escape: string | null
}
