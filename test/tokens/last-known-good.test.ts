import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { AuthorizationServerUnavailable } from '../../src/protocol/service-unavailable.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'
import type { FreshnessOptions } from '../../src/tokens/freshness.ts'
import { LastKnownGood, type Loaded } from '../../src/tokens/last-known-good.ts'
import { until } from '../kit.ts'

// The tests of this file run one after the other, since they share this clock, which stands still.
let clock = 1e6
performance.now = () => clock

/** Makes it later by some seconds. */
function later(seconds: number): void {
  clock += seconds * 1000
}

/** A load under way, to be ended by the test. */
interface Load {
  /** The value that the load was given as the last good one. */
  readonly last: string | undefined
  give(value: string, maxAge?: number): void
  fail(error?: Error): void
}

const outage = new AuthorizationServerUnavailable('the server is down')

/** A value kept, and its loads. */
function keep(
  options: FreshnessOptions = {},
  timeout = 5,
): { readonly kept: LastKnownGood<string>; readonly loads: readonly Load[] } {
  const loads: Load[] = []
  const load = (last: string | undefined): Promise<Loaded<string>> =>
    new Promise((resolve, reject) => {
      loads.push({
        last,
        give: (value, maxAge) => resolve({ value, maxAge }),
        fail: (error = outage) => reject(error),
      })
    })
  const codec = {
    encode: (value: string) => `<${value}>`,
    decode: (text: string) => /^<(.*)>$/.exec(text)?.[1],
  }
  return { kept: new LastKnownGood('The value', load, codec, timeout, options), loads }
}

/** Lets everything happen that can happen now. */
async function settle(): Promise<void> {
  await new Promise(setImmediate)
}

/** What comes without waiting for a load. */
async function atOnce(value: Promise<string>): Promise<string> {
  return Promise.race([value, settle().then(() => 'not at once')])
}

/** Keeps a first value. */
async function keepFirst(
  options: FreshnessOptions = {},
  maxAge?: number,
): Promise<ReturnType<typeof keep>> {
  const made = keep(options)
  const first = made.kept.get()
  await settle()
  made.loads[0]!.give('first', maxAge)
  await first
  return made
}

async function isUnavailable(
  t: ExecutionContext,
  promise: Promise<unknown>,
  detail?: RegExp,
): Promise<AuthorizationServerUnavailable> {
  const error = await t.throwsAsync<AuthorizationServerUnavailable>(promise, {
    instanceOf: AuthorizationServerUnavailable,
  })
  if (detail !== undefined) t.regex(error.detail, detail)
  return error
}

test.serial('is loaded when first asked for, once for all who ask', async (t) => {
  const { kept, loads } = keep()
  await settle()
  t.is(loads.length, 0)
  const asked = [kept.get(), kept.get(), kept.get()]
  await settle()
  asked.push(kept.get())
  await settle()
  t.is(loads.length, 1)
  t.is(loads[0]!.last, undefined)
  loads[0]!.give('first')
  t.deepEqual(await Promise.all(asked), ['first', 'first', 'first', 'first'])
})

const ages: readonly (readonly [
  title: string,
  options: FreshnessOptions,
  said: number | undefined,
  fresh: number,
])[] = [
  ['nothing said', {}, undefined, 600],
  ['as long as said', {}, 60, 60],
  ['at least minAge', {}, 1, 10],
  ['at least minAge, even if not at all', {}, 0, 10],
  ['at most maxAge', {}, 100_000, 600],
  ['nothing said, own maxAge', { maxAge: 100 }, undefined, 100],
  ['own minAge', { minAge: 30 }, 20, 30],
  ['own maxAge', { maxAge: 30 }, 60, 30],
  ['maxAge below minAge', { minAge: 60, maxAge: 30 }, 5, 30],
]

for (const [title, options, said, fresh] of ages) {
  test.serial(`is fresh for a time: ${title}`, async (t) => {
    const { kept, loads } = await keepFirst(options, said)
    later(fresh * 0.74)
    t.is(await atOnce(kept.get()), 'first')
    await settle()
    t.is(loads.length, 1, 'no load before three quarters of it')
    later(fresh * 0.02)
    t.is(await atOnce(kept.get()), 'first', 'then one in the background')
    t.is(await atOnce(kept.get()), 'first')
    await settle()
    t.is(loads.length, 2)
    t.is(loads[1]!.last, 'first')
    loads[1]!.give('second', said)
    await settle()
    t.is(await atOnce(kept.get()), 'second')
    later(fresh * 0.74)
    t.is(await atOnce(kept.get()), 'second')
    await settle()
    t.is(loads.length, 2, 'fresh anew')
  })
}

test.serial('just before it expires, nobody waits', async (t) => {
  const { kept } = await keepFirst({}, 100)
  later(99.9)
  t.is(await atOnce(kept.get()), 'first')
})

test.serial('when it has expired, all who ask wait for a newer one', async (t) => {
  const { kept, loads } = await keepFirst({}, 100)
  later(100.1)
  const asked = [kept.get(), kept.get()]
  await settle()
  t.is(loads.length, 2)
  loads[1]!.give('second')
  t.deepEqual(await Promise.all(asked), ['second', 'second'])
})

test.serial(
  'while the server fails, the last good one serves, and is asked for again now and then',
  async (t) => {
    const { kept, loads } = await keepFirst({ coolDown: 10, maxBackOff: 10 }, 100)
    later(101)
    const asked = [kept.get(), kept.get()]
    await settle()
    loads[1]!.fail()
    t.deepEqual(await Promise.all(asked), ['first', 'first'])
    t.is(await atOnce(kept.get()), 'first')
    await settle()
    t.is(loads.length, 2, 'the server is left alone')
    later(10)
    t.is(await atOnce(kept.get()), 'first', 'nobody waits for a server that is known to fail')
    await settle()
    t.is(loads.length, 3)
    loads[2]!.fail()
    await settle()
    later(10)
    t.is(await atOnce(kept.get()), 'first')
    await settle()
    loads[3]!.give('second')
    await settle()
    t.is(await atOnce(kept.get()), 'second')
  },
)

test.serial('a refresh ahead of expiry that fails costs nobody anything', async (t) => {
  const { kept, loads } = await keepFirst({ coolDown: 10, maxBackOff: 10 }, 100)
  later(80)
  t.is(await atOnce(kept.get()), 'first')
  await settle()
  loads[1]!.fail()
  await settle()
  t.is(await atOnce(kept.get()), 'first')
  await settle()
  t.is(loads.length, 2, 'the server is left alone')
  later(10)
  t.is(await atOnce(kept.get()), 'first')
  await settle()
  t.is(loads.length, 3)
})

test.serial('it serves for maxStale after it has expired, and no longer', async (t) => {
  const { kept, loads } = await keepFirst({ maxStale: 5, coolDown: 1, maxBackOff: 1 }, 100)
  later(100.1)
  const asked = kept.get()
  await settle()
  loads[1]!.fail()
  t.is(await asked, 'first')
  later(4)
  t.is(await atOnce(kept.get()), 'first')
  await settle()
  loads[2]!.fail()
  await settle()
  later(1)
  const last = kept.get()
  await settle()
  loads[3]!.fail()
  t.is(await isUnavailable(t, last), outage)
  later(1)
  const better = kept.get()
  await settle()
  loads[4]!.give('second')
  t.is(await better, 'second')
})

test.serial('a server that failed a long time ago is waited for again', async (t) => {
  const { kept, loads } = await keepFirst({ maxStale: 1000, coolDown: 1, maxBackOff: 30 }, 100)
  later(100.1)
  const asked = kept.get()
  await settle()
  loads[1]!.fail()
  t.is(await asked, 'first')
  later(500)
  const again = kept.get()
  await settle()
  loads[2]!.give('second')
  t.is(await again, 'second')
})

test.serial('it serves for a day by default, and not at all with maxStale 0', async (t) => {
  const day = await keepFirst({}, 100)
  later(100 + 86_399)
  const served = day.kept.get()
  await settle()
  day.loads[1]!.fail()
  t.is(await served, 'first')
  const none = await keepFirst({ maxStale: 0 }, 100)
  later(100.1)
  const failed = none.kept.get()
  await settle()
  none.loads[1]!.fail()
  await isUnavailable(t, failed)
})

test.serial('a load that comes too late for those who wait is not lost', async (t) => {
  const { kept, loads } = keep({}, 0.03)
  const asked = [kept.get(), kept.get()]
  for (const one of asked) await isUnavailable(t, one, /^The value did not come within 0\.03 s$/)
  t.is(loads.length, 1)
  const another = kept.get()
  await settle()
  t.is(loads.length, 1, 'it is still under way')
  loads[0]!.give('first')
  t.is(await another, 'first')
  t.is(await atOnce(kept.get()), 'first')
})

test.serial('an expired value serves those for whom a newer one comes too late', async (t) => {
  const { kept, loads } = keep({}, 0.03)
  const first = kept.get()
  await settle()
  loads[0]!.give('first', 100)
  await first
  later(101)
  t.is(await kept.get(), 'first')
  loads[1]!.give('second')
  await settle()
  t.is(await atOnce(kept.get()), 'second')
})

test.serial('a failure is not kept: after a while it is loaded again', async (t) => {
  const { kept, loads } = keep({ coolDown: 8 })
  const asked = [kept.get(), kept.get()]
  await settle()
  loads[0]!.fail()
  for (const one of asked) t.is(await isUnavailable(t, one), outage)
  const error = await isUnavailable(t, kept.get(), /^The value could not be had a moment ago$/)
  t.is(error.cause, outage)
  t.true(error.retryAfter >= 4 && error.retryAfter <= 8)
  later(3.9)
  await isUnavailable(t, kept.get(), /a moment ago/)
  t.is(loads.length, 1)
  later(4.2)
  const better = kept.get()
  await settle()
  loads[1]!.give('first')
  t.is(await better, 'first')
})

for (const share of [0.5, 1]) {
  test.serial(
    `each failure doubles the back-off, up to maxBackOff, by chance ${share} of it`,
    async (t) => {
      const { random } = Math
      Math.random = () => (share - 0.5) * 2
      t.teardown(() => {
        Math.random = random
      })
      const { kept, loads } = keep({ coolDown: 1, maxBackOff: 5 })
      for (const [failures, most] of [1, 2, 4, 5, 5].entries()) {
        const asked = kept.get()
        await settle()
        t.is(loads.length, failures + 1)
        loads[failures]!.fail()
        await isUnavailable(t, asked)
        const wait = most * share
        later(wait * 0.9)
        await isUnavailable(t, kept.get(), /a moment ago/)
        t.is(loads.length, failures + 1)
        later(wait * 0.11)
      }
      const better = kept.get()
      await settle()
      loads[5]!.give('first', 100)
      await better
      later(101)
      const again = kept.get()
      await settle()
      loads[6]!.fail()
      t.is(await again, 'first')
      later(1.01)
      await kept.get()
      await settle()
      t.is(loads.length, 8, 'a success begins anew')
    },
  )
}

test.serial('a load that throws is a load that fails', async (t) => {
  const thrown = new Error('no promise at all')
  let fails = true
  const kept = new LastKnownGood<string>(
    'The value',
    () => {
      if (fails) throw thrown
      return Promise.resolve({ value: 'first', maxAge: undefined })
    },
    { encode: String, decode: String },
    5,
    { coolDown: 1 },
  )
  t.is(await t.throwsAsync(kept.get()), thrown)
  await isUnavailable(t, kept.get(), /a moment ago/)
  fails = false
  later(1.01)
  t.is(await kept.get(), 'first')
})

test.serial('a failure from before a success counts no more', async (t) => {
  const { kept, loads } = keep({ coolDown: 1, minAge: 0 })
  const failed = kept.get()
  await settle()
  loads[0]!.fail()
  await isUnavailable(t, failed)
  later(1.01)
  const first = kept.get()
  await settle()
  loads[1]!.give('first', 2)
  t.is(await first, 'first')
  later(2.01)
  const second = kept.get()
  t.is(await atOnce(second), 'not at once')
  loads[2]!.give('second')
  t.is(await second, 'second')
})

test.serial('next: loads anew although the value is fresh, once for all who ask', async (t) => {
  const { kept, loads } = await keepFirst({ coolDown: 1 })
  later(1)
  const asked = [kept.next(), kept.next(), kept.next()]
  await settle()
  t.is(loads.length, 2)
  t.is(loads[1]!.last, 'first')
  t.is(await atOnce(kept.get()), 'first', 'others need not wait')
  loads[1]!.give('second')
  t.deepEqual(await Promise.all(asked), ['second', 'second', 'second'])
  t.is(await atOnce(kept.get()), 'second')
})

test.serial('next: at the earliest coolDown after the load before began', async (t) => {
  const { kept, loads } = await keepFirst({ coolDown: 0.02 })
  later(0.01)
  const asked = kept.next()
  await delay(60)
  t.is(loads.length, 1, 'by this clock it is too early')
  later(0.011)
  await until(() => loads.length === 2)
  loads[1]!.give('second')
  t.is(await asked, 'second')
})

test.serial('next: without any value yet, it loads at once', async (t) => {
  const { kept, loads } = keep({ coolDown: 60 })
  const asked = kept.next()
  await settle()
  loads[0]!.give('first')
  t.is(await asked, 'first')
  t.is(await atOnce(kept.get()), 'first')
})

test.serial(
  'next: a load that is under way already is waited for, and then another one',
  async (t) => {
    const { kept, loads } = keep({ coolDown: 0.01 })
    const first = kept.get()
    await settle()
    later(1)
    const asked = kept.next()
    await settle()
    t.is(loads.length, 1)
    loads[0]!.give('first')
    t.is(await first, 'first')
    await until(() => loads.length === 2)
    loads[1]!.give('second')
    t.is(await asked, 'second')
  },
)

test.serial('next: so is one that an earlier caller of next has begun', async (t) => {
  const { kept, loads } = await keepFirst({ coolDown: 0.01 })
  later(1)
  const early = kept.next()
  await until(() => loads.length === 2)
  later(1)
  const late = kept.next()
  await settle()
  loads[1]!.give('second')
  t.is(await early, 'second')
  await until(() => loads.length === 3)
  loads[2]!.give('third')
  t.is(await late, 'third', 'this load began after the call')
})

test.serial('next: a load that began since some point in time is good enough', async (t) => {
  const { kept, loads } = keep({ coolDown: 60 })
  const since = performance.now()
  const first = kept.get()
  await settle()
  const asked = kept.next(since)
  loads[0]!.give('first')
  t.is(await first, 'first')
  t.is(await asked, 'first')
  t.is(await kept.next(since), 'first', 'also when it has ended')
  t.is(loads.length, 1)
})

test.serial(
  'next: fails where the load fails, and leaves the value and the server alone',
  async (t) => {
    const { kept, loads } = await keepFirst({ coolDown: 1, maxBackOff: 8 })
    for (const failed of [1, 2, 3]) {
      later(4)
      const asked = kept.next()
      await settle()
      loads[failed]!.fail()
      t.is(await isUnavailable(t, asked), outage)
      t.is(await atOnce(kept.get()), 'first')
    }
    later(1.5)
    await isUnavailable(t, kept.next(), /a moment ago/)
    t.is(loads.length, 4)
  },
)

test.serial('next: waits no longer than the timeout', async (t) => {
  const { kept, loads } = keep({ coolDown: 0.01 }, 0.03)
  await isUnavailable(t, kept.next(), /did not come within/)
  loads[0]!.give('first')
  await settle()
  t.is(await atOnce(kept.get()), 'first')
})

test.serial('next: so many may wait, and no more', async (t) => {
  const { kept, loads } = await keepFirst({ coolDown: 1, maxWaiting: 2 })
  later(1)
  const asked = [kept.next(), kept.next()]
  await isUnavailable(t, kept.next(), /^Too many/)
  await until(() => loads.length === 2)
  loads[1]!.give('second')
  t.deepEqual(await Promise.all(asked), ['second', 'second'])
  later(1)
  const again = kept.next()
  await until(() => loads.length === 3)
  loads[2]!.give('third')
  t.is(await again, 'third', 'those who have been answered do not count')
})

test.serial('however it is asked, one load is under way at a time', async (t) => {
  let underWay = 0
  let most = 0
  const kept = new LastKnownGood<string>(
    'The value',
    async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await delay(3)
      underWay -= 1
      return { value: 'value', maxAge: 0 }
    },
    { encode: String, decode: String },
    5,
    { minAge: 0, coolDown: 0.001 },
  )
  const asked: Promise<string>[] = []
  const clockwork = setInterval(() => later(0.001), 1)
  t.teardown(() => clearInterval(clockwork))
  for (let i = 0; i < 100; i++) {
    asked.push(kept.get(), kept.next())
    if (i % 10 === 0) await delay(1)
  }
  t.is(new Set(await Promise.all(asked)).size, 1)
  t.is(most, 1)
})

// The store `lastGood`

test.serial(
  'a value is saved, and serves an instance that starts while the server is down',
  async (t) => {
    const lastGood = memoryStore()
    await keepFirst({ lastGood }, 100)
    await settle()
    const { kept, loads } = keep({ lastGood })
    t.is(await atOnce(kept.get()), 'first')
    await settle()
    t.is(loads.length, 0, 'it is still fresh')
  },
)

/** A store in which a value was saved a while ago. */
async function savedAgo(age: number, maxAge: number): Promise<Store> {
  const entries = new Map<string, string>()
  const store: Store = {
    get: async (key) => entries.get(key),
    set: async (key, value) => void entries.set(key, value),
    add: async () => true,
  }
  await keepFirst({ lastGood: store }, maxAge)
  await settle()
  for (const [key, value] of entries) {
    const saved = JSON.parse(value) as { savedAt: number }
    entries.set(key, JSON.stringify({ ...saved, savedAt: saved.savedAt - age }))
  }
  return store
}
test.serial('what was saved a while ago is that much older', async (t) => {
  const { kept, loads } = keep({ lastGood: await savedAgo(80, 100) })
  t.is(await atOnce(kept.get()), 'first')
  await settle()
  t.is(loads.length, 1, 'a load in the background')
  t.is(loads[0]!.last, 'first')
})

test.serial('what was saved and has expired serves only if no newer one can be had', async (t) => {
  for (const good of [true, false]) {
    const { kept, loads } = keep({ lastGood: await savedAgo(150, 100), maxStale: 100 })
    const asked = kept.get()
    await settle()
    t.is(loads.length, 1)
    if (good) loads[0]!.give('second')
    else loads[0]!.fail()
    t.is(await asked, good ? 'second' : 'first')
  }
})

test.serial('a value is saved for as long as it may serve', async (t) => {
  const ttls: number[] = []
  const store: Store = {
    get: async () => undefined,
    set: async (_key, _value, ttl) => void ttls.push(ttl),
    add: async () => true,
  }
  await keepFirst({ lastGood: store, maxStale: 1000 }, 100)
  await settle()
  t.deepEqual(ttls, [1100])
})

test.serial('a store that had nothing is asked again after a failure', async (t) => {
  const good = await savedAgo(10, 100)
  let reads = 0
  const lastGood: Store = {
    ...good,
    get: async (key) => ((reads += 1) === 1 ? undefined : good.get(key)),
  }
  const { kept, loads } = keep({ lastGood, coolDown: 1 })
  const failed = kept.get()
  await settle()
  loads[0]!.fail()
  await isUnavailable(t, failed)
  t.is(await atOnce(kept.get()), 'first')
  t.is(reads, 2)
})

test.serial('what was saved too long ago is not used', async (t) => {
  const { kept, loads } = keep({ lastGood: await savedAgo(201, 100), maxStale: 100 })
  const asked = kept.get()
  await settle()
  t.is(loads[0]!.last, undefined)
  loads[0]!.fail()
  await isUnavailable(t, asked)
})

test.serial('a saved value is fresh no longer than this instance’s maxAge', async (t) => {
  const { kept, loads } = keep({ lastGood: await savedAgo(30, 500), maxAge: 20 })
  const asked = kept.get()
  await settle()
  t.is(loads.length, 1)
  loads[0]!.give('second')
  t.is(await asked, 'second')
})

const fail = async (): Promise<never> => {
  throw new Error('the store is down')
}
const brokenStores: readonly (readonly [title: string, get: () => unknown])[] = [
  ['rejects', fail],
  [
    'throws',
    () => {
      throw new Error('the store is down')
    },
  ],
  ['hangs', () => new Promise(() => undefined)],
  ...[
    '',
    'garbage',
    '{}',
    '{"value":"<first>"}',
    '{"savedAt":1,"maxAge":1,"value":5}',
    `{"savedAt":"${Date.now() / 1000}","maxAge":600,"value":"<first>"}`,
    `{"savedAt":${Date.now() / 1000},"maxAge":"600","value":"<first>"}`,
    `{"savedAt":${Date.now() / 1000},"maxAge":600,"value":"first"}`,
    null,
    5,
    {},
  ].map((value) => [`reads ${JSON.stringify(value)}`, async () => value] as const),
]

for (const [title, get] of brokenStores) {
  test.serial(`a store that ${title} is as if nothing was saved`, async (t) => {
    const lastGood = { get, set: fail, add: fail } as unknown as Store
    const { kept, loads } = keep({ lastGood })
    const asked = kept.get()
    await until(() => loads.length === 1)
    t.is(loads[0]!.last, undefined)
    loads[0]!.give('first')
    t.is(await asked, 'first')
    t.is(await atOnce(kept.get()), 'first')
  })
}
