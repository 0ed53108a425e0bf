import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { AuthorizationServerUnavailable } from '../../src/protocol/service-unavailable.ts'
import { breaker } from '../../src/tokens/breaker.ts'
import type { Answer, Exchange } from '../../src/tokens/exchange.ts'

const url = new URL('https://as.example.com/introspect')
const answer = (status: number, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers,
  body: Buffer.of(),
})

/** A server that answers as `behave` says, and counts. */
function server(behave: () => Answer | Promise<Answer>): { http: Exchange; calls: number } {
  const counting = {
    calls: 0,
    http: async () => {
      counting.calls += 1
      return behave()
    },
  }
  return counting
}

const down = (): never => {
  throw new AuthorizationServerUnavailable('reset')
}

test('after some failures in a row a server counts as down: then there is an answer at once, and no call', async (t) => {
  const counting = server(down)
  const http = breaker(counting.http, { breakAfter: 3, coolDown: 10 })
  for (let i = 0; i < 3; i++) await t.throwsAsync(http(url), { message: /not available/ })
  for (let i = 0; i < 100; i++) {
    const error = await t.throwsAsync<AuthorizationServerUnavailable>(http(url))
    t.regex(error.detail, /is down/)
    t.true(error.retryAfter >= 1 && error.retryAfter <= 10)
  }
  t.is(counting.calls, 3)
})

test('a success in between starts the count anew', async (t) => {
  let calls = 0
  const counting = server(() => ((calls += 1) % 3 === 0 ? answer(200) : down()))
  const http = breaker(counting.http, { breakAfter: 3, coolDown: 10 })
  for (let i = 0; i < 30; i++) await http(url).catch(() => undefined)
  t.is(counting.calls, 30)
})

test('429, 502, 503 and 504 tell that a server is down; what it says of one token does not', async (t) => {
  for (const [status, calls] of [
    [429, 2],
    [502, 2],
    [503, 2],
    [504, 2],
    [200, 10],
    [400, 10],
    [401, 10],
    [500, 10],
  ] as const) {
    const counting = server(() => answer(status))
    const http = breaker(counting.http, { breakAfter: 2, coolDown: 10 })
    for (let i = 0; i < 10; i++) await http(url).catch(() => undefined)
    t.is(counting.calls, calls, String(status))
  }
})

test('while it is down one call at a time probes it, and its success lets all pass', async (t) => {
  let behave: () => Answer | Promise<Answer> = down
  const counting = server(async () => behave())
  const http = breaker(counting.http, { breakAfter: 1, coolDown: 0.05 })
  await t.throwsAsync(http(url))
  await delay(60)
  behave = async () => delay(50, answer(200))
  const probes = await Promise.allSettled(Array.from({ length: 10 }, () => http(url)))
  t.is(counting.calls, 2)
  t.is(probes.filter(({ status }) => status === 'fulfilled').length, 1)
  await Promise.all(Array.from({ length: 10 }, () => http(url)))
  t.is(counting.calls, 12)
})

test('a probe that fails makes the wait longer, up to a bound', async (t) => {
  const counting = server(down)
  const http = breaker(counting.http, { breakAfter: 1, coolDown: 0.01, maxBackOff: 0.04 })
  const start = performance.now()
  while (performance.now() - start < 300) {
    await http(url).catch(() => undefined)
    await delay(1)
  }
  t.true(counting.calls >= 6, `${counting.calls} probes`)
  t.true(counting.calls <= 25, `${counting.calls} probes`)
})

test('a server that asks for time gets it, within bounds', async (t) => {
  const counting = server(() => answer(503, { 'retry-after': '7' }))
  const http = breaker(counting.http, { breakAfter: 1, coolDown: 0.01 })
  await http(url)
  const error = await t.throwsAsync<AuthorizationServerUnavailable>(http(url))
  t.is(error?.retryAfter, 7)
})
