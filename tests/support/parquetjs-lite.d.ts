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
  const parquet: { ParquetReader: { openFile(path: string): Promise<Reader> } }
  export default parquet
}
