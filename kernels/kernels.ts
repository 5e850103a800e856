// The compiled kernels, ready to call. They are instantiated when this module is loaded, a few
// milliseconds: only what lands batches imports it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../contracts/package-root.ts'
import { memory } from './arena.ts'
import type { KernelExports } from './kernel-exports.ts'

const path = join(packageRoot, 'dist', 'kernels', 'kernels.wasm')

/** What kernels/assembly exports; addresses by addressOf, see each kernel's own comment. */
export const kernels: KernelExports = new WebAssembly.Instance(
  new WebAssembly.Module(readFileSync(path)),
  { env: { memory } },
).exports as unknown as KernelExports
