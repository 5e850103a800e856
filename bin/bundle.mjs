// Joins the compiled modules of each entry point into a few files, in place: a command starts in half
// the time when Node has ten files to find instead of three hundred. Nothing is minified, names in a
// stack are those of the source. Native and rarely used packages stay outside.
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist')
const commands = readdirSync(join(dist, 'bin', 'commands')).filter((name) => name.endsWith('.js'))

await build({
  entryPoints: [
    join(dist, 'bin', 'safelanding.js'),
    ...commands.map((name) => join(dist, 'bin', 'commands', name)),
    join(dist, 'pipelines', 'worker.js'),
    join(dist, 'query', 'worker', 'worker-main.js'),
  ],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  chunkNames: 'chunks/[name]-[hash]',
  // commander tells its errors apart by the names of their classes, which joining would change.
  external: ['@duckdb/node-api', 'apache-arrow', 'commander', 'winston'],
  legalComments: 'inline',
  // Packages in the older module form ask for Node's own modules by require.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'\nconst require = createRequireOfBundle(import.meta.url)",
  },
  logLevel: 'warning',
})
