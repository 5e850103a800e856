// A Python that can import a package: the one PYTHON names, else python3 or python of the PATH.
import { spawnSync } from 'node:child_process'

const found = new Map<string, string | null>()

export function findPython(module: string): string | null {
  const known = found.get(module)
  if (known !== undefined) return known
  const named = process.env['PYTHON']
  const candidates = named === undefined ? ['python3', 'python'] : [named]
  const python =
    candidates.find((path) => spawnSync(path, ['-c', `import ${module}`]).status === 0) ?? null
  found.set(module, python)
  return python
}
