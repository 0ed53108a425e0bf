import { Readable } from 'node:stream'
import test from 'ava'
import { tally } from '../../tools/tally.ts'
import { readTap, type TestResult } from '../../tools/tap.ts'

const end = (fail: number): string[] => ['', '1..9', '# tests 9', '# pass 9', `# fail ${fail}`, '']

const reports: readonly [title: string, lines: readonly string[], results: readonly string[]][] = [
  [
    'passed, failed and skipped tests',
    ['TAP version 13', 'ok 1 - a', 'not ok 2 - b', 'ok 3 - c # SKIP', ...end(1)],
    ['passed: a', 'failed: b', 'skipped: c'],
  ],
  ['a test that is still to be written', ['not ok 1 - a # TODO', ...end(1)], ['skipped: a']],
  [
    'a hash in a title',
    ['ok 1 - x5t#S256 # and so on', ...end(0)],
    ['passed: x5t#S256 # and so on'],
  ],
  [
    'what went wrong',
    ['not ok 1 - a', '  ---', '    message: ok 1 - b', '  ...', 'ok 2 - c', ...end(1)],
    ['failed: a |   --- |     message: ok 1 - b |   ...', 'passed: c'],
  ],
  [
    'a report that breaks off',
    ['ok 1 - a'],
    [
      'passed: a',
      'failed: The report of ava breaks off | A test that hangs or calls process.exit() does that to it; `npx ava` tells which.',
    ],
  ],
  [
    'tests that did not run',
    ['not ok 1 - before hook', ...end(3)],
    ['failed: before hook', 'failed: 2 more failed or did not run'],
  ],
  ['a run without tests', end(0), []],
]

for (const [title, lines, expected] of reports) {
  test(`reads ${title}`, async (t) => {
    const results: TestResult[] = []
    for await (const result of readTap(Readable.from(lines))) results.push(result)
    t.deepEqual(
      results.map(({ outcome, title, details }) =>
        [`${outcome}: ${title}`, ...details].join(' | '),
      ),
      expected,
    )
  })
}

const results = (['passed', 'passed', 'failed', 'skipped'] as const).map((outcome) => ({
  title: outcome,
  outcome,
  details: [],
}))

test('counts results; any failure is bad', (t) => {
  t.deepEqual(tally(results, false), { line: '2 passed, 1 failed, 1 skipped', good: false })
  t.deepEqual(tally(results.slice(0, 2), false), { line: '2 passed, 0 failed', good: true })
})

test('where nothing may be skipped, a skipped test counts as failed', (t) => {
  t.deepEqual(tally(results, true), { line: '2 passed, 2 failed', good: false })
})
