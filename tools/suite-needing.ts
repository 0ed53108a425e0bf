import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runAva } from './run-ava.ts'
import { tally } from './tally.ts'

/**
 * Runs the tests of a folder that need a program besides Node.js, by the folder's own configuration; an
 * argument picks those of files whose name has it. Without the program they are skipped, in CI they fail.
 *
 * @param folder URL of a file in it.
 * @param ending What the names of its tests end with.
 * @param missing What is to be said of the program; nothing if it is there.
 */
export async function suiteNeeding(
  folder: string,
  ending: string,
  missing: string | undefined,
): Promise<void> {
  const path = fileURLToPath(new URL('.', folder))
  const files = readdirSync(path).filter((name) => name.endsWith(ending))
  const ci = process.env['CI'] === 'true'
  if (missing !== undefined) {
    console.log(missing)
    console.log(ci ? '0 passed, 1 failed' : `0 passed, 0 failed, ${files.length} skipped`)
    process.exitCode = ci ? 1 : 0
    return
  }
  const [picked = ''] = process.argv.slice(2)
  const chosen = files.filter((name) => name.includes(picked)).map((name) => join(path, name))
  const results = await runAva(['--config', join(path, 'ava.config.js'), ...chosen])
  const { line, good } = tally(results, ci)
  console.log(line)
  process.exitCode = good ? 0 : 1
}
