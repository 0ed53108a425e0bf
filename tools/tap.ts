/** One test as ava's TAP report has it; also a crash, or a file that no test came from. */
export interface TestResult {
  /** With more than one file run, the file's name comes first, and ` › `. */
  readonly title: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What went wrong, as YAML; what the test logged. */
  readonly details: readonly string[]
}

const testLine = /^(?<not>not )?ok \d+ - (?<title>.*?)(?<directive> # (?:SKIP|TODO))?$/
const planLine = /^1\.\.\d+$/
const failLine = /^# fail (?<count>\d+)$/

/**
 * Reads the report of one run of ava, result by result.
 *
 * A report that breaks off, or counts failures that it does not show, ends with a failed result of
 * its own.
 */
export async function* readTap(lines: AsyncIterable<string>): AsyncGenerator<TestResult> {
  let last: (TestResult & { details: string[] }) | undefined
  let planned = false
  let failuresCounted = 0
  let failuresShown = 0

  for await (const line of lines) {
    const { not, title, directive } = testLine.exec(line)?.groups ?? {}
    if (title !== undefined) {
      if (last !== undefined) yield last
      const ran = not ? 'failed' : 'passed'
      last = { title, outcome: directive ? 'skipped' : ran, details: [] }
      if (not) failuresShown++
    } else if (planLine.test(line)) {
      planned = true
    } else if (failLine.test(line)) {
      failuresCounted = Number(failLine.exec(line)?.groups?.['count'])
    } else if (!planned && line.trim() !== '') {
      last?.details.push(line)
    }
  }

  if (last !== undefined) yield last
  if (!planned) {
    yield failure(
      'The report of ava breaks off',
      'A test that hangs or calls process.exit() does that to it; `npx ava` tells which.',
    )
  }
  if (failuresCounted > failuresShown) {
    yield failure(`${failuresCounted - failuresShown} more failed or did not run`)
  }
}

export function failure(title: string, ...details: readonly string[]): TestResult {
  return { title, outcome: 'failed', details }
}
