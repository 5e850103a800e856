// What the tests use of parquetjs-lite, which comes without types.
declare module 'parquetjs-lite' {
  interface Cursor {
    nextRowGroup(): Promise<Record<string, unknown>[] | null>
  }
  interface Reader {
    getCursor(): Cursor
    getMetadata(): Record<string, string>
    close(): Promise<void>
  }
  interface Writer {
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>
    close(): Promise<void>
  }
  type ColumnSchema = { type: string; optional: boolean; compression: string }
  class Schema {
    constructor(columns: Readonly<Record<string, ColumnSchema>>)
  }
  const parquet: {
    ParquetReader: { openFile(path: string): Promise<Reader> }
    ParquetSchema: typeof Schema
    ParquetWriter: { openFile(schema: Schema, path: string): Promise<Writer> }
  }
  export default parquet
}
