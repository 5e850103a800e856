// The published JSON Schema of the Open Data Contract Standard, as a check that is none of ours.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { repositoryRoot } from './paths.ts'

const file = join(repositoryRoot, 'tests', 'fixtures', 'odcs', 'odcs-v3.1.schema.json')
const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false })
const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')))

/** What a document violates, by path; empty where it is valid. */
export function odcsViolations(document: unknown): string[] {
  if (validate(document)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
}
