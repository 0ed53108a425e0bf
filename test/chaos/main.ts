import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { memoryStore } from 'koa-resource-server'
import { Api, coolDown, deadline } from './api.ts'
import { type Kind, kinds, type Presented } from './kinds.ts'
import { Random } from './random.ts'
import { announceKeys, makeTrouble, replaceKeys, revokeTokens } from './schedule.ts'
import { Stalls } from './stalls.ts'
import { Tally } from './tally.ts'
import { makeWorld } from './world.ts'

/** Whether an API stays right, and answers in time, while nothing around it works as it should. */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    /** Requests per second. */
    rate: { type: 'string', default: '200' },
    /** What goes wrong when, and who asks for what. */
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    /** Milliseconds beyond the deadline, besides those in which nothing here was run. */
    margin: { type: 'string', default: '250' },
  },
})
const seconds = Number(options.seconds)
const rate = Number(options.rate)
/** At the end nothing goes wrong any more, and everything must be good again. */
const calm = Math.min(6, seconds / 3)
console.log(`seed ${options.seed}, ${seconds} s, ${rate} requests per second`)

const overdue = setTimeout(
  () => {
    console.error('it does not stop by itself')
    process.exit(1)
  },
  (seconds + 30) * 1000,
).unref()
const seed = Number(options.seed)
const random = new Random(seed)
const world = await makeWorld(new Random(seed + 1))
/** One is never restarted and shares nothing; of the other, instances come and go that share a store. */
const steady = new Api(world)
const deployed = new Api(world, memoryStore())
const ports = [await steady.listen(), await deployed.listen()]
const agent = new Agent({ keepAlive: true })
const stalls = new Stalls()
const tally = new Tally(deadline * 1000 + Number(options.margin))
/** Good tokens that are not admitted although nothing has been wrong for a while. */
let unrecovered = 0
let started = performance.now()

// Keys are there once; from then on good JWTs see no failure.
for (const kind of kinds.filter(({ good }) => good)) {
  for (const port of ports) await ask(kind, port)
}
started = performance.now()
const trouble = AbortSignal.timeout(Math.round((seconds - calm) * 1000))
const end = AbortSignal.timeout(Math.round(seconds * 1000))
const [happened] = await Promise.all([
  makeTrouble(world, deployed, new Random(seed + 2), trouble),
  announceKeys(world, end),
  replaceKeys(world, new Random(seed + 3), trouble),
  revokeTokens(world, end),
  load(),
])
stalls.stop()
agent.destroy()
await Promise.all([steady.close(), deployed.close()])
await world.proxy.close()
await world.server.stop()
clearTimeout(overdue)
process.exitCode = report() ? 0 : 1

/** As many requests as are due, whether or not those before them are answered. */
async function load(): Promise<void> {
  const lots = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind))
  const underWay = new Set<Promise<void>>()
  let sent = 0
  while (!end.aborted) {
    for (const due = sinceStart() * rate; sent < due; sent += 1) {
      const asking = ask(random.pick(lots), random.pick(ports)).finally(() =>
        underWay.delete(asking),
      )
      underWay.add(asking)
    }
    await delay(10)
  }
  await Promise.all(underWay)
}

function sinceStart(): number {
  return (performance.now() - started) / 1000
}

async function ask(kind: Kind, port: number): Promise<void> {
  const presented = await kind.make(world, random)
  if (presented === undefined) return
  const at = sinceStart()
  const stalledBefore = stalls.total
  const status = await send(presented, port)
  const stalled = stalls.total - stalledBefore
  if (presented.holds?.() === false) return
  tally.add(kind, status, (sinceStart() - at) * 1000 - stalled, at)
  if (kind.good && status !== 200 && at > seconds - calm / 2) unrecovered += 1
}

/** Resolves to the status, 0 if there is none. */
function send({ authorization }: Presented, port: number): Promise<number> {
  return new Promise((resolve) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization }
    request({ port, agent, headers, timeout: 10_000 })
      .on('response', (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      })
      .on('timeout', () => resolve(0))
      .on('error', () => resolve(0))
      .end()
  })
}

function report(): boolean {
  console.log(`\n${tally.requests} requests, answered:`)
  tally.print()
  console.log(`\nwent wrong: ${list(happened)}; ${deployed.instances} instances deployed`)
  console.log(`asked of the authorization servers:\n${list(world.proxy.asked, '\n')}`)
  console.log(
    `longest answer ${tally.longest.toFixed(0)} ms; nothing was run for ${stalls.total.toFixed(0)} ms in all`,
  )

  if (stalls.total > seconds * 250) {
    console.log('This machine is too busy: whether answers are in time is hard to tell.')
  }

  const [, issuerPath] = world.announced.issuer.split(/(?=\/announced)/)
  const fetches = world.proxy.busiest(`GET ${issuerPath}/jwks`)
  // Besides those for unknown keys there are some that are due, and those of a new instance.
  const most = ports.length * (1 / coolDown + 4)
  const full = seconds >= 60
  const outages = tally.count('good opaque token', 503)
  const checks: readonly (readonly [what: string, holds: boolean, found?: readonly string[]])[] = [
    ...[...tally.faults].map(([what, found]) => [`no ${what}`, false, found] as const),
    ['good and bad tokens are told apart, in time, whatever is wrong', tally.faults.size === 0],
    ['once nothing is wrong any more, good tokens are admitted', unrecovered === 0],
    [`forged keys cause few fetches: ${fetches} in a second, at most ${most}`, fetches <= most],
    ['as many requests as there should be', tally.requests > seconds * rate * 0.8],
    ['everything has gone wrong once', !full || happened.size === 8],
    ['an outage is noticed where it must be', !full || outages > 0],
  ]
  console.log()
  for (const [what, holds, found = []] of checks) {
    console.log(`${holds ? 'ok' : 'FAILED'}  ${what}`)
    for (const one of found.slice(0, 5)) console.log(`        ${one}`)
    if (found.length > 5) console.log(`        and ${found.length - 5} more`)
  }
  const failed = checks.filter(([, holds]) => !holds).length
  console.log(`\n${checks.length - failed} passed, ${failed} failed`)
  return failed === 0
}

function list(counts: ReadonlyMap<string, number>, separator = ', '): string {
  const indent = separator === '\n' ? '  ' : ''
  return [...counts].map(([what, count]) => `${indent}${what} ${count}`).join(separator)
}
