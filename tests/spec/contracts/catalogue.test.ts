// How contracts are found: those of the package, and those of a backend's own.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import { listWords } from '../../../contracts/nearest-word.ts'

const options = { folder: '/', bytesMax: 1_000_000 }

function ownFolder(contract: string, table = 'visits'): string {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
  mkdirSync(join(folder, 'own'))
  const text = `contract: ${contract}
version: 1.0.0
title: Visits
description: Visits.
rows: many_per_patient
columns: {start: {type: date, description: First day.}}
`
  writeFileSync(join(folder, 'own', `${table}.yaml`), text)
  return folder
}

test('a folder of contracts is a namespace of its own beside the built-in ones', () => {
  const catalogue = loadCatalogue(['core', './own'], {
    ...options,
    folder: ownFolder('own/visits'),
  })
  expect(catalogue.namespaces).toEqual(['core', 'own'])
  expect([...catalogue.contracts.keys()]).toEqual([
    'core/clinical_events',
    'core/medications',
    'core/ons_deaths',
    'core/patients',
    'core/practice_registrations',
    'own/visits',
  ])
})

test('a contract whose name is not its path, and one given twice, are refused', () => {
  expect(() => loadCatalogue(['./own'], { ...options, folder: ownFolder('own/other') })).toThrow(
    'own/visits.yaml:1:11: contract: "own/other"; expected own/visits, as folder and file are named',
  )
  const folder = ownFolder('own/visits')
  expect(() => loadCatalogue(['./own', './own/'], { ...options, folder })).toThrow(
    'contract own/visits a second time',
  )
})

test('an unknown namespace names the nearest one', () => {
  const namespaces = listWords(builtInNamespaces())
  expect(() => loadCatalogue(['coer'], options)).toThrow(
    `no contracts with the namespace "coer"; expected ${namespaces}, or a path such as ./contracts/coer; did you mean "core"?`,
  )
})
