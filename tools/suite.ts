import { runAva } from './run-ava.ts'
import { tally } from './tally.ts'

/** Runs the test suite and ends with its real counts; `--tap-file=<file>` keeps the report. */
const option = '--tap-file='
const args = process.argv.slice(2)
const tapFile = args.find((arg) => arg.startsWith(option))?.slice(option.length)
const avaArgs = args.filter((arg) => !arg.startsWith(option))

const { line, good } = tally(await runAva(avaArgs, tapFile), process.env['CI'] === 'true')
console.log(line)
process.exitCode = good ? 0 : 1
