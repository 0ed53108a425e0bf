import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runAva } from '../../tools/run-ava.ts'
import { tally } from '../../tools/tally.ts'
import { findChromium } from './chromium.ts'

/** Drives the playground's page with Chromium; an argument picks those of files whose name has it. */
const folder = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.browser.ts'))
  .map((name) => join(folder, name))
const ci = process.env['CI'] === 'true'

if (findChromium() === undefined) {
  console.log('There is no Chromium on the PATH; CHROMIUM=/path/to/it names another one.')
  console.log(ci ? '0 passed, 1 failed' : `0 passed, 0 failed, ${files.length} skipped`)
  process.exitCode = ci ? 1 : 0
} else {
  const [picked = ''] = process.argv.slice(2)
  const config = fileURLToPath(new URL('ava.config.js', import.meta.url))
  const chosen = files.filter((file) => file.includes(picked))
  const { line, good } = tally(await runAva(['--config', config, ...chosen]), ci)
  console.log(line)
  process.exitCode = good ? 0 : 1
}
