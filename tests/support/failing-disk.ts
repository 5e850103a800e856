// Preloaded into a command (node --import): makes one call of the file system fail for files whose path
// ends as FAILING_PATH says, as a broken or full disk would. Nothing of the program is replaced.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { FAILING_PATH = '', FAILING_CALL = 'read', FAILING_CODE = 'EIO' } = process.env
const marked = new Set<number>()
const isMeant = (path: unknown): boolean => String(path).endsWith(FAILING_PATH)

function fault(): Error {
  const message = `${FAILING_CODE}: simulated, ${FAILING_CALL}`
  return Object.assign(new Error(message), { code: FAILING_CODE, syscall: FAILING_CALL, errno: -5 })
}

const { openSync, readSync, writeSync, fsync, fsyncSync, closeSync } = fs
fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest)
  if (isMeant(path)) marked.add(descriptor)
  return descriptor
}
fs.closeSync = (descriptor) => {
  marked.delete(descriptor)
  closeSync(descriptor)
}
const guarded =
  <Arguments extends unknown[], Result>(name: string, call: (...words: Arguments) => Result) =>
  (...words: Arguments): Result => {
    if (name === FAILING_CALL && marked.has(words[0] as number)) throw fault()
    return call(...words)
  }
fs.readSync = guarded('read', readSync as never) as typeof fs.readSync
fs.writeSync = guarded('write', writeSync as never) as typeof fs.writeSync
fs.fsyncSync = guarded('fsync', fsyncSync as never) as typeof fs.fsyncSync
fs.fsync = ((descriptor, done) => {
  if (FAILING_CALL === 'fsync' && marked.has(descriptor)) setImmediate(() => done(fault() as never))
  else fsync(descriptor, done)
}) as typeof fs.fsync
const { open } = fs.promises
fs.promises.open = (path, ...rest) =>
  FAILING_CALL === 'open' && isMeant(path) ? Promise.reject(fault()) : open(path, ...rest)
syncBuiltinESMExports()
