// Compiles the kernels (AssemblyScript) to one WebAssembly module in dist/.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
mkdirSync(join(root, 'dist', 'kernels'), { recursive: true })

const result = spawnSync(
  process.execPath,
  [
    join('node_modules', 'assemblyscript', 'bin', 'asc.js'),
    join('kernels', 'assembly', 'index.ts'),
    '-O3',
    '--noAssert',
    ...['--runtime', 'stub', '--use', 'abort='],
    // The first page is the compiler's own; kernels/arena.ts hands out what is behind it.
    ...['--importMemory', '--noExportMemory', '--sharedMemory', '--zeroFilledMemory'],
    ...['--initialMemory', '1', '--maximumMemory', '32768'],
    ...['--enable', 'simd', '--enable', 'threads'],
    // Functions with lanes are called among the kernels only.
    ...['--disableWarning', '112'],
    ...['--outFile', join('dist', 'kernels', 'kernels.wasm')],
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
)
process.exit(result.status ?? 1)
