import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runAva } from '../../tools/run-ava.ts'
import { tally } from '../../tools/tally.ts'

/** Runs the tests against redis-servers of their own; an argument picks those of files whose name has it. */
const folder = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.redis.ts'))
  .map((name) => join(folder, name))
const ci = process.env['CI'] === 'true'

if (spawnSync('sh', ['-c', 'command -v redis-server']).status === 0) {
  const [picked = ''] = process.argv.slice(2)
  const config = fileURLToPath(new URL('ava.config.js', import.meta.url))
  const chosen = files.filter((file) => file.includes(picked))
  const { line, good } = tally(await runAva(['--config', config, ...chosen]), ci)
  console.log(line)
  process.exitCode = good ? 0 : 1
} else {
  console.log('There is no redis-server on the PATH.')
  console.log(ci ? '0 passed, 1 failed' : `0 passed, 0 failed, ${files.length} skipped`)
  process.exitCode = ci ? 1 : 0
}
