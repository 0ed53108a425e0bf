import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { authorizationServer } from 'koa-resource-server/testing'
import type { FromServer, Measurement, ToServer } from './messages.ts'
import { type Kind, kinds } from './tokens.ts'

/** Whether a flood of ever new tokens makes an API's memory grow or holds up its event loop. */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    /** Requests per second. */
    rate: { type: 'string', default: '800' },
    /** Milliseconds for which the event loop may be blocked. */
    block: { type: 'string', default: '50' },
    /** Megabytes by which the memory in use may differ from the middle of the run to its end. */
    growth: { type: 'string', default: '1' },
  },
})
const seconds = Number(options.seconds)
const rate = Number(options.rate)
const audience = 'https://api.example.com'

setTimeout(
  () => {
    console.error('it does not stop by itself')
    process.exit(1)
  },
  (seconds + 60) * 1000,
).unref()

const as = await authorizationServer({ audience })
const server = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [as.issuer, audience], {
  execArgv: [...process.execArgv, '--expose-gc'],
})
const { port } = await hear<{ port: number }>()
const agent = new Agent({ keepAlive: true })
const counts = new Map<string, Map<number, number>>()
const wrong: string[] = []

console.log(`${seconds} s, ${rate} requests per second`)
await flood(Math.min(5, seconds / 6))
tell('watch')
await flood(seconds / 2)
const middle = await measure()
tell('watch')
await flood(seconds / 2)
const end = await measure()
agent.destroy()
tell('stop')
await Promise.all([once(server, 'exit'), as.close()])
process.exitCode = report() ? 0 : 1

/** As many requests as are due, whether or not those before them are answered; ends when all are. */
async function flood(seconds: number): Promise<void> {
  const lots = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind))
  const underWay = new Set<Promise<void>>()
  const started = performance.now()
  let sent = 0
  for (let time = 0; time < seconds; time = (performance.now() - started) / 1000) {
    // A machine that can't keep up gets no more than it can bear; the counts tell.
    for (; sent < time * rate && underWay.size < 500; sent += 1) {
      const asking = ask(lots[Math.floor(Math.random() * lots.length)]!)
      underWay.add(asking)
      void asking.finally(() => underWay.delete(asking))
    }
    await delay(5)
  }
  await Promise.all(underWay)
}

async function ask(kind: Kind): Promise<void> {
  const status = await send(await kind.make(as))
  const byStatus = counts.get(kind.name) ?? new Map<number, number>()
  counts.set(kind.name, byStatus)
  byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
  if (!kind.allowed.includes(status)) wrong.push(`${kind.name}: ${status}`)
}

/** Resolves to the status, 0 if there is none. */
function send(token: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { Authorization: `Bearer ${token}` }
    request({ port, agent, headers, timeout: 30_000 })
      .on('response', (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      })
      .on('timeout', () => resolve(0))
      .on('error', () => resolve(0))
      .end()
  })
}

function tell(what: ToServer): void {
  server.send(what)
}

async function hear<Message extends FromServer>(): Promise<Message> {
  const [message] = (await once(server, 'message')) as [Message]
  return message
}

async function measure(): Promise<Measurement> {
  tell('measure')
  return hear<Measurement>()
}

function report(): boolean {
  for (const [name, byStatus] of counts) {
    const answers = [...byStatus].map(([status, count]) => `${status}: ${count}`)
    console.log(`  ${name.padEnd(24)} ${answers.join(', ')}`)
  }
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MB`
  const growth = end.memory.heap - middle.memory.heap
  for (const [when, { memory }] of Object.entries({ middle, end })) {
    console.log(`${when}: ${megabytes(memory.heap)} in use, ${megabytes(memory.rss)} resident`)
  }
  const { loop } = end
  console.log('event loop:')
  for (const [what, value] of Object.entries(loop)) console.log(`  ${what} ${value.toFixed(2)}`)

  const total = [...counts.values()]
    .map((byStatus) => [...byStatus.values()].reduce((sum, count) => sum + count, 0))
    .reduce((sum, count) => sum + count, 0)
  const checks: readonly (readonly [what: string, holds: boolean])[] = [
    [
      `every token is judged right, ${wrong.slice(0, 3).join(', ') || 'all'} of ${total}`,
      wrong.length === 0,
    ],
    [
      `memory is flat: ${megabytes(growth)} more, at most ${options.growth}`,
      growth < Number(options.growth) * 2 ** 20,
    ],
    [
      `the event loop is never blocked ${options.block} ms: ${loop.blocked.toFixed(1)}`,
      loop.blocked < Number(options.block),
    ],
    ['as many requests as there should be', total > seconds * rate * 0.8],
  ]
  console.log()
  for (const [what, holds] of checks) console.log(`${holds ? 'ok' : 'FAILED'}  ${what}`)
  const failed = checks.filter(([, holds]) => !holds).length
  console.log(`\n${checks.length - failed} passed, ${failed} failed`)
  return failed === 0
}
