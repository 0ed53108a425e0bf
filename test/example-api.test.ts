import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'

const run = promisify(execFile)
const cwd = fileURLToPath(new URL('..', import.meta.url))

function tsx(file: string): [string, string[]] {
  return [process.execPath, ['--import=tsx', `example-api/${file}`]]
}

/** Starts the example on free ports until the test ends; resolves to what it prints. */
async function start(t: ExecutionContext): Promise<string> {
  const [node, args] = tsx('main.ts')
  const example = spawn(node, args, {
    cwd,
    env: { ...process.env, PORT: '0', AS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.teardown(async () => {
    example.kill('SIGINT')
    await once(example, 'exit')
  })
  let printed = ''
  for await (const chunk of example.stdout) {
    printed += String(chunk)
    if (printed.includes('Ctrl-C')) return printed
  }
  throw new Error(`npm start ended early: ${printed}`)
}

test('npm run walkthrough: every grant, and every refusal, against a real authorization server', async (t) => {
  const [node, args] = tsx('walkthrough.ts')
  const { stdout } = await run(node, args, { cwd, timeout: 60_000 })
  t.regex(stdout.trimEnd(), /^\d\d steps, 0 unexpected$/m)
})

test('npm run walkthrough fails when an answer is not the expected one', async (t) => {
  const [node, args] = tsx('walkthrough.ts')
  const nowhere = ['--api', 'http://127.0.0.1:1', '--issuer', 'http://127.0.0.1:1']
  const { code } = await t.throwsAsync<Error & { code?: number }>(
    run(node, [...args, ...nowhere], { cwd, timeout: 60_000 }),
  )
  t.is(code, 1)
})

const hasCurl = spawnSync('curl', ['--version']).status === 0
const withCurl = hasCurl || process.env['CI'] ? test : test.skip

withCurl('npm start prints commands that work as they are', async (t) => {
  const printed = await start(t)
  const commands = [...printed.matchAll(/^ {2}(?!npm)(?:.*\\\n)*.*$/gm)].map(([command]) => command)
  t.is(commands.length, 4)
  const { stdout } = await run('sh', ['-c', commands.join('\n')])
  t.deepEqual(
    [...stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status),
    ['401', '200', '200'],
  )
})
