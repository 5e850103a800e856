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
    appendRow(row: Record<string, unknown>): Promise<void>
    close(): Promise<void>
  }
  interface Schema {
    readonly fields: Record<string, unknown>
  }
  const parquet: {
    ParquetReader: { openFile(path: string): Promise<Reader> }
    ParquetSchema: new (fields: Record<string, unknown>) => Schema
    ParquetWriter: { openFile(schema: Schema, path: string): Promise<Writer> }
  }
  export default parquet
}
