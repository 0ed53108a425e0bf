import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
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
  return (await startProcess(t)).printed
}

async function startProcess(
  t: ExecutionContext,
): Promise<{ printed: string; example: ChildProcess }> {
  const [node, args] = tsx('main.ts')
  const example = spawn(node, args, {
    cwd,
    env: { ...process.env, PORT: '0', AS_PORT: '0', PLAYGROUND_PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.teardown(async () => {
    if (example.kill('SIGINT')) await once(example, 'exit')
  })
  let printed = ''
  for await (const chunk of example.stdout) {
    printed += String(chunk)
    if (printed.includes('Ctrl-C')) return { printed, example }
  }
  throw new Error(`npm start ended early: ${printed}`)
}

/** Runs the walkthrough to its end, whatever that is. */
async function walkThrough(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [node, walkthrough] = tsx('walkthrough.ts')
  const options = { cwd, timeout: 60_000 }
  const { code, stdout, stderr } = await run(node, [...walkthrough, ...args], options).then(
    (ended) => ({ ...ended, code: 0 }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  )
  return { code, out: stdout, err: stderr.replace(/^oidc-provider WARNING: .*\n/gm, '') }
}

test.serial(
  'npm run walkthrough: every grant, and every refusal, against a real authorization server',
  async (t) => {
    const { code, out } = await walkThrough()
    t.regex(out, /\n65 steps, 0 unexpected\n$/)
    t.is(code, 0)
  },
)

test.serial('npm run walkthrough with running servers, as npm start prints it', async (t) => {
  const printed = await start(t)
  const [, args = ''] = /npm run walkthrough -- (.*)/.exec(printed) ?? []
  const all = await walkThrough(...args.split(' '))
  t.regex(all.out, /\n65 steps, 0 unexpected\n$/)
  t.is(all.code, 0)

  const withoutTls = await walkThrough(...args.replace(/--mtls-api \S+ /, '').split(' '))
  t.regex(withoutTls.out, /\n60 steps, 0 unexpected\n$/)
  t.is(withoutTls.code, 0)
})

test.serial('npm run walkthrough fails when an answer is not the expected one', async (t) => {
  const [, issuer = ''] = /Authorization server: +(\S+)/.exec(await start(t)) ?? []
  const { code, out } = await walkThrough('--api', issuer, '--issuer', issuer)
  t.regex(out, /UNEXPECTED.*GET \/whoami\n +status: 404/)
  t.is(code, 1)
})

const nowhere = 'http://127.0.0.1:1'
const wrongArguments: readonly [args: readonly string[], said: RegExp][] = [
  [['--api', nowhere, '--issuer', nowhere], /^Nothing answers at .*--api/],
  [['--api', nowhere], /^Give both --api and --issuer/],
  [['--issuer', nowhere], /^Give both --api and --issuer/],
  [['--redis=redis://127.0.0.1:1'], /^No Redis answers at 127\.0\.0\.1:1: ECONNREFUSED/],
  [['--redis', '--api', nowhere, '--issuer', nowhere], /^--redis is for/],
  [['--redis=nowhere'], /^--redis must be a URL/],
  [['--nothing'], /^Unknown option/],
]

for (const [args, said] of wrongArguments) {
  test.serial(
    `npm run walkthrough -- ${args.join(' ')} says what is wrong in one line`,
    async (t) => {
      const { code, out, err } = await walkThrough(...args)
      t.regex(err, said)
      t.is(err.trimEnd().split('\n').length, 1)
      t.is(out, '')
      t.is(code, 1)
    },
  )
}

const hasCurl = spawnSync('curl', ['--version']).status === 0
const withCurl = hasCurl || process.env['CI'] ? test.serial : test.serial.skip

test.serial('npm start ends by Ctrl-C, though the playground is open in a browser', async (t) => {
  const { printed, example } = await startProcess(t)
  const [, playground = ''] = /playground.*: +(\S+)/.exec(printed) ?? []
  const events = await fetch(`${playground}/events`)
  t.is(events.status, 200)
  t.is((await fetch(`${playground}/start/authorization-code`, { redirect: 'manual' })).status, 303)
  const began = performance.now()
  example.kill('SIGINT')
  const [code] = (await once(example, 'exit')) as [number]
  t.is(code, 0)
  t.true(performance.now() - began < 2000)
  t.regex(await events.text(), /"type":"run"/)
})

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
