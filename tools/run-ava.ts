import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { failure, readTap, type TestResult } from './tap.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const ava = fileURLToPath(new URL('../node_modules/ava/entrypoints/cli.mjs', import.meta.url))

/**
 * Runs the tests with this very Node, showing progress and failures as they come.
 *
 * @param args File names and options for ava.
 * @param tapFile Where the report is kept besides.
 */
export async function runAva(args: readonly string[], tapFile?: string): Promise<TestResult[]> {
  const child = spawn(process.execPath, [ava, '--tap', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<string>((resolve) => {
    child.on('close', (code, signal) => resolve(String(signal ?? code)))
  })
  if (tapFile !== undefined) child.stdout.pipe(createWriteStream(tapFile))

  const results = await collect(child.stdout)
  const end = await ended
  if (end !== '0' && results.every(({ outcome }) => outcome !== 'failed')) {
    results.push(
      show(failure(`ava ended with ${end}, though no test failed`, '`npx ava` tells why.')),
    )
  }
  process.stdout.write('\n')
  return results
}

/** Reads the results from a report that was kept. */
export function readReport(tapFile: string): Promise<TestResult[]> {
  return collect(createReadStream(tapFile))
}

async function collect(report: NodeJS.ReadableStream): Promise<TestResult[]> {
  const results: TestResult[] = []
  for await (const result of readTap(createInterface({ input: report }))) results.push(show(result))
  return results.length > 0 ? results : [show(failure('No test ran'))]
}

function show(result: TestResult): TestResult {
  const { title, outcome, details } = result
  process.stdout.write(
    outcome === 'passed' ? '.' : `\n${[`${outcome}: ${title}`, ...details].join('\n')}\n`,
  )
  return result
}
