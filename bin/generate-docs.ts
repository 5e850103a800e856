// Writes the generated pages of the documentation; with --check it only says which are stale, and
// fails if any is. Run by `npm run docs`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageRoot } from '../contracts/package-root.ts'
import { generatedPages } from './generated-pages.ts'

const isCheck = process.argv.includes('--check')
let staleCount = 0
for (const [path, text] of generatedPages()) {
  const file = join(packageRoot, path)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  staleCount += 1
  process.stderr.write(`${path} ${isCheck ? 'is stale: run npm run docs' : 'written'}\n`)
  if (isCheck) continue
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
process.exitCode = isCheck && staleCount > 0 ? 1 : 0
