// The share of table checks in the time of a load is told where somebody waited for it, and only there.
import { expect, test } from '@jest/globals'
import { loadStory } from '../../../bin/load-story.ts'
import type { Project } from '../../../contracts/extract.ts'
import type { LoadOutcome } from '../../../pipelines/load-outcome.ts'

function story(checksMs: number): string[] {
  const outcome: LoadOutcome = {
    run: 'run',
    state: 'published',
    snapshot: 1,
    unchanged: false,
    dryRun: false,
    tables: {},
    cascades: [],
    carried_checks: {},
    timing: {
      elapsed_ms: 31_040,
      table_checks_ms: checksMs,
      table_checks: { 'core/patients': 900, 'core/clinical_events': 9_300 },
    },
    warnings: [],
    error: null,
  }
  return loadStory(outcome, { lake: '/lake', file: '/safelanding.yaml' } as Project)
}

test('one line from a second on, with the tables that took one', () => {
  expect(story(12_400)).toContain('table checks 12.4 s of 31.0 s (core/clinical_events 9.3 s)')
  expect(story(999).join()).not.toContain('table checks')
})
