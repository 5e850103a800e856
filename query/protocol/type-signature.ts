// Types as the client protocol states them beside a result: the text, and the same taken apart
// (io.trino.client.ClientTypeSignature). Clients read the parts: a varchar needs its length even
// where it has no bound, a timestamp its precision.
import { type TrinoType, typeText } from '../trino/types.ts'

export type SignatureArgument =
  | { readonly kind: 'LONG'; readonly value: number }
  | { readonly kind: 'TYPE'; readonly value: TypeSignature }
  | {
      readonly kind: 'NAMED_TYPE'
      readonly value: {
        readonly fieldName?: { readonly name: string }
        readonly typeSignature: TypeSignature
      }
    }

export interface TypeSignature {
  readonly rawType: string
  readonly arguments: readonly SignatureArgument[]
}

const long = (value: number): SignatureArgument => ({ kind: 'LONG', value })

/** The length by which a varchar without a bound is known. */
const unboundedLength = 2_147_483_647

/** A type taken apart; without `precise` times have no precision, as old clients expect. */
export function typeSignature(type: TrinoType, precise = true): TypeSignature {
  const nested = (inner: TrinoType): SignatureArgument => ({
    kind: 'TYPE',
    value: typeSignature(inner, precise),
  })
  switch (type.kind) {
    case 'varchar':
      return { rawType: 'varchar', arguments: [long(type.length ?? unboundedLength)] }
    case 'char':
      return { rawType: 'char', arguments: [long(type.length)] }
    case 'decimal':
      return { rawType: 'decimal', arguments: [long(type.precision), long(type.scale)] }
    case 'time':
    case 'timestamp':
      return {
        rawType: `${type.kind}${type.withTimeZone ? ' with time zone' : ''}`,
        arguments: precise ? [long(type.precision)] : [],
      }
    case 'array':
      return { rawType: 'array', arguments: [nested(type.element)] }
    case 'map':
      return { rawType: 'map', arguments: [nested(type.key), nested(type.value)] }
    case 'row':
      return {
        rawType: 'row',
        arguments: type.fields.map(({ name, type: field }) => ({
          kind: 'NAMED_TYPE',
          value: {
            ...(name === null ? {} : { fieldName: { name } }),
            typeSignature: typeSignature(field, precise),
          },
        })),
      }
    default:
      return { rawType: type.kind, arguments: [] }
  }
}

export interface ResultColumn {
  readonly name: string
  readonly type: string
  readonly typeSignature: TypeSignature
}

/** A column of a result as the protocol states it. */
export function resultColumn(name: string, type: TrinoType, precise = true): ResultColumn {
  const signature = typeSignature(type, precise)
  const isTime = type.kind === 'time' || type.kind === 'timestamp'
  return {
    name,
    type: isTime && !precise ? signature.rawType : typeText(type),
    typeSignature: signature,
  }
}
