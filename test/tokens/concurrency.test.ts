import test from 'ava'
import { AuthorizationServerUnavailable } from '../../src/protocol/service-unavailable.ts'
import { limited } from '../../src/tokens/concurrency.ts'
import type { Exchange } from '../../src/tokens/exchange.ts'

const url = new URL('https://as.example.com/introspect')

/** Calls that end when the test says so. */
function held(): { http: Exchange; ends: ((failed?: Error) => void)[]; most: number } {
  let underWay = 0
  const holding = {
    ends: [] as ((failed?: Error) => void)[],
    most: 0,
    http: (async () => {
      underWay += 1
      holding.most = Math.max(holding.most, underWay)
      await new Promise<void>((resolve, reject) => {
        holding.ends.push((failed) => (failed ? reject(failed) : resolve()))
      }).finally(() => (underWay -= 1))
      return { status: 200, headers: {}, body: Buffer.of() }
    }) as Exchange,
  }
  return holding
}

test('no more calls are under way at once than allowed; the others wait for their turn', async (t) => {
  const holding = held()
  const http = limited(holding.http, { maxConcurrent: 3 })
  const calls = Array.from({ length: 10 }, () => http(url))
  for (let ended = 0; ended < 10; ended++) {
    await new Promise(setImmediate)
    t.is(holding.ends.length, Math.min(10, ended + 3))
    holding.ends[ended]!()
  }
  await Promise.all(calls)
  t.is(holding.most, 3)
})

test('a call that fails makes room as well', async (t) => {
  const holding = held()
  const http = limited(holding.http, { maxConcurrent: 1 })
  const first = http(url)
  const second = http(url)
  await new Promise(setImmediate)
  holding.ends[0]!(new Error('failed'))
  await t.throwsAsync(first, { message: 'failed' })
  await new Promise(setImmediate)
  holding.ends[1]!()
  t.is((await second).status, 200)
})

test('where too many wait the oldest is given up, and the newest has its turn first', async (t) => {
  const holding = held()
  const http = limited(holding.http, { maxConcurrent: 1, maxWaiting: 2 })
  const order: number[] = []
  const call = async (i: number): Promise<void> => {
    await http(url)
    order.push(i)
  }
  const calls = [call(0), call(1), call(2)]
  const givenUp = t.throwsAsync(calls[1]!, { instanceOf: AuthorizationServerUnavailable })
  calls.push(call(3))
  await givenUp
  for (let ended = 0; ended < 3; ended++) {
    await new Promise(setImmediate)
    holding.ends[ended]!()
  }
  await Promise.all([calls[0], calls[2], calls[3]])
  t.deepEqual(order, [0, 3, 2])
  const after = http(url)
  await new Promise(setImmediate)
  holding.ends[3]!()
  t.is((await after).status, 200, 'and all is as before')
})
