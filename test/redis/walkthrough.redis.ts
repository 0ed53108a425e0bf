import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import { RedisServer } from './redis-server.ts'

const run = promisify(execFile)

test('npm run walkthrough -- --redis keeps answers and proofs in Redis', async (t) => {
  const server = await RedisServer.start(t)
  const script = ['--import=tsx', 'example-api/walkthrough.ts']
  const redis = `--redis=redis://127.0.0.1:${server.port}`
  const { stdout } = await run(process.execPath, [...script, redis], { timeout: 50_000 })
  t.regex(stdout, /\n66 steps, 0 unexpected\n$/)
  const names = [...(await server.entries()).keys()]
  t.true(names.some((name) => name.includes('once:dpop:')))
  t.true(names.some((name) => name.includes('kept:')))
})
