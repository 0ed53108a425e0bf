import test from 'ava'
import { assess, readRequirements, type Requirement } from '../../tools/requirements.ts'
import type { TestResult } from '../../tools/tap.ts'
import { totals, withTotals } from '../../tools/totals.ts'

const requirement = (id: string, more: Partial<Requirement> = {}): Requirement => ({
  id,
  level: 'M',
  group: 'Some standard',
  text: 'Something',
  ...more,
})
const ran = (title: string, outcome: TestResult['outcome'] = 'passed'): TestResult => ({
  title,
  outcome,
  details: [],
})
const verdicts = (requirements: readonly Requirement[], results: readonly TestResult[]): string[] =>
  assess(requirements, results).assessments.map(({ verdict }) => verdict)

test('the requirements are RS-1 to RS-236, each with a level and a text', (t) => {
  const requirements = readRequirements()
  t.deepEqual(
    requirements.map(({ id }) => id),
    Array.from({ length: 236 }, (_, i) => `RS-${i + 1}`),
  )
  for (const { id, level, group, text } of requirements) {
    t.true(['M', 'S', 'O', 'L'].includes(level) && group !== '' && text !== '', id)
  }
})

test('a requirement passes by the tests whose titles begin with its number', (t) => {
  const requirements = ['RS-1', 'RS-2', 'RS-3', 'RS-12'].map((id) => requirement(id))
  const results = [
    ran('rfc6750 › RS-1 §3: as RS-12 has it'),
    ran('folder › file › RS-2 §2.1, RS-3 §2.2: two'),
  ]
  t.deepEqual(verdicts(requirements, results), ['passed', 'passed', 'passed', 'no test yet'])
})

test('one failed test is enough to fail it, a skipped one says nothing', (t) => {
  const requirements = [requirement('RS-1'), requirement('RS-2')]
  const results = [ran('RS-1: a'), ran('RS-1: b', 'failed'), ran('RS-2: c', 'skipped')]
  t.deepEqual(verdicts(requirements, results), ['failed', 'no test yet'])
})

test('titles with unknown numbers, and tests of what is not ours, are faults', (t) => {
  const requirements = [requirement('RS-1', { notOurs: 'Never.' }), requirement('RS-2')]
  t.deepEqual(verdicts(requirements, []), ['not ours', 'no test yet'])
  t.deepEqual(assess(requirements, [ran('RS-1: a'), ran('RS-999: b')]).faults, [
    'There is no RS-999: RS-999: b',
    'RS-1 is said not to be ours, but a test names it',
  ])
})

test('the totals stand in a document between two comments', (t) => {
  const { assessments } = assess(
    [requirement('RS-1'), requirement('RS-2', { level: 'L' })],
    [ran('RS-1: a')],
  )
  const document = (inside: string): string =>
    `Before\n\n<!-- conformance -->\n${inside}<!-- /conformance -->\n\nAfter\n`
  const written = withTotals(document(''), totals(assessments))
  t.is(
    written,
    document(`
|                   | passed | failed | no test yet | not ours | all |
| ----------------- | -----: | -----: | ----------: | -------: | --: |
| must              |      1 |      0 |           0 |        0 |   1 |
| should            |      0 |      0 |           0 |        0 |   0 |
| optional          |      0 |      0 |           0 |        0 |   0 |
| our own hardening |      0 |      0 |           1 |        0 |   1 |
| all               |      1 |      0 |           1 |        0 |   2 |

`),
  )
  t.is(withTotals(written, totals(assessments)), written)
  t.throws(() => withTotals('No block', ''))
})
