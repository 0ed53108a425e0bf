import test from 'ava'
import { StoreUnavailable } from '../../src/protocol/errors.ts'
import { now, type Seconds } from '../../src/protocol/time.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'
import { type Eviction, Evictions, readEviction } from '../../src/tokens/evictions.ts'

const lifetime = 60
/** How far clocks may be apart. */
const tolerance = 5

const alice = { sub: 'alice', client_id: 'app', jti: 'jti-1' }

/** Whether an answer is forgotten that was had some time ago. */
async function isForgotten(
  evictions: Evictions,
  {
    key = 'key-1',
    claims = alice,
    age = 10,
  }: { key?: string; claims?: object; age?: Seconds } = {},
): Promise<boolean> {
  const remembered = { key, claims: { ...claims }, askedAt: now() - age }
  return evictions.concern(remembered, await evictions.newest())
}

/** A store that records what is set, and how long. */
function recording(): { readonly store: Store; readonly set: [string, string, Seconds][] } {
  const set: [string, string, Seconds][] = []
  const memory = memoryStore()
  return {
    set,
    store: {
      ...memory,
      async set(key, value, ttl) {
        set.push([key, value, ttl])
        await memory.set(key, value, ttl)
      },
    },
  }
}

for (const [kind, value, others] of [
  ['token', 'key-1', { key: 'key-2' }],
  ['sub', 'alice', { claims: { ...alice, sub: 'bob' } }],
  ['client', 'app', { claims: { ...alice, client_id: 'other' } }],
  ['jti', 'jti-1', { claims: { ...alice, jti: 'jti-2' } }],
] as const) {
  test(`by ${kind}: what it names is forgotten at every instance, and nothing else`, async (t) => {
    const { store } = recording()
    const [one, other] = [new Evictions(store, lifetime), new Evictions(store, lifetime)]
    t.is(await one.newest(), -Infinity)
    t.false(await isForgotten(one))
    await one.add(kind, value)
    for (const each of [one, other]) {
      t.true(await isForgotten(each))
      t.true(await isForgotten(each, { age: lifetime }))
      t.false(await isForgotten(each, others))
    }
  })

  test(`by ${kind}: an answer that is had later counts, whichever clock is ahead`, async (t) => {
    const evictions = new Evictions(memoryStore(), lifetime)
    await evictions.add(kind, value)
    t.true(await isForgotten(evictions, { age: 0 }), 'it may be from before')
    t.true(await isForgotten(evictions, { age: 1 - tolerance }))
    t.false(await isForgotten(evictions, { age: -1 - tolerance }))
  })
}

test('a value of one kind is none of another', async (t) => {
  const evictions = new Evictions(memoryStore(), lifetime)
  for (const [kind, value] of [
    ['token', 'alice'],
    ['sub', 'app'],
    ['client', 'alice'],
    ['jti', 'key-1'],
    ['sub', 'undefined'],
  ] as const) {
    await evictions.add(kind, value)
  }
  t.false(await isForgotten(evictions))
  t.false(await isForgotten(evictions, { claims: {} }))
  t.false(await isForgotten(evictions, { claims: { sub: ['alice'], client_id: 5, jti: null } }))
})

test('evicting something else leaves what was evicted before', async (t) => {
  const { store } = recording()
  const [one, other] = [new Evictions(store, lifetime), new Evictions(store, lifetime)]
  await one.add('sub', 'alice')
  await other.add('sub', 'bob')
  await other.add('jti', 'jti-9')
  for (const each of [one, other]) t.true(await isForgotten(each))
})

test('marks outlast what they concern, and do not tell what they are about', async (t) => {
  const { store, set } = recording()
  await new Evictions(store, lifetime).add('sub', 'alice')
  t.is(set.length, 2)
  for (const [key, value, ttl] of set) {
    t.true(ttl >= lifetime + tolerance)
    t.true(Math.abs(Number(value) - now()) < 20)
    t.regex(key, /^evicted(:[\w-]{43})?$/)
  }
  t.is(set[1]![0], 'evicted', 'who sees that there is an eviction sees which')
})

test('own evictions count though the store has forgotten them', async (t) => {
  const forgetful: Store = { ...memoryStore(), set: async () => undefined }
  const evictions = new Evictions(forgetful, lifetime)
  await evictions.add('sub', 'alice')
  t.true(await isForgotten(evictions))
  t.false(await isForgotten(evictions, { claims: { sub: 'bob' } }))
})

test('a later mark of an own eviction by another instance counts, an earlier one does not', async (t) => {
  const { store, set } = recording()
  const evictions = new Evictions(store, lifetime)
  await evictions.add('sub', 'alice')
  const marks = set.map(([key]) => key)
  for (const [difference, forgotten] of [
    [-100, false],
    [100, true],
  ] as const) {
    for (const key of marks) await store.set(key, String(now() + difference), 60)
    t.true(await isForgotten(evictions))
    t.is(await isForgotten(evictions, { age: -50 }), forgotten)
  }
})

test('what is no time in the store is no mark', async (t) => {
  const { store, set } = recording()
  await new Evictions(store, lifetime).add('sub', 'alice')
  const marks = set.map(([key]) => key)
  for (const value of ['x', 'NaN', 'Infinity', '-Infinity', '{}']) {
    for (const key of marks) await store.set(key, value, 60)
    t.false(await isForgotten(new Evictions(store, lifetime)), value)
  }
})

test('while there is no eviction, one look at the store is enough', async (t) => {
  const asked: string[] = []
  const memory = memoryStore()
  const store: Store = {
    ...memory,
    async get(key) {
      asked.push(key)
      return memory.get(key)
    },
  }
  const evictions = new Evictions(store, lifetime)
  await isForgotten(evictions)
  t.deepEqual(asked, ['evicted'])
  await evictions.add('sub', 'bob')
  asked.length = 0
  await isForgotten(evictions, { age: -10 })
  t.deepEqual(asked, ['evicted'], 'nor after it, for what has been had since')
  await isForgotten(evictions)
  t.is(asked.length, 2 + 4)
})

test('an eviction that is not in the store is an error', async (t) => {
  const down = async (): Promise<never> => Promise.reject(new StoreUnavailable('down'))
  const evictions = new Evictions({ get: down, set: down, add: down }, lifetime)
  await t.throwsAsync(evictions.add('sub', 'alice'), { instanceOf: StoreUnavailable })
  await t.throwsAsync(evictions.newest(), { instanceOf: StoreUnavailable })
})

test('reads what is to be forgotten', (t) => {
  t.deepEqual(readEviction({ token: 'a' }), ['token', 'a'])
  t.deepEqual(readEviction({ sub: 'a' }), ['sub', 'a'])
  t.deepEqual(readEviction({ client: 'a' }), ['client', 'a'])
  t.deepEqual(readEviction({ jti: 'a' }), ['jti', 'a'])
})

const wrong: readonly unknown[] = [
  undefined,
  null,
  {},
  [],
  ['token'],
  'token',
  5,
  { token: '' },
  { token: undefined },
  { sub: 5 },
  { sub: ['alice'] },
  { iss: 'https://as.example.com' },
  { client_id: 'app' },
  { __proto__: { sub: 'alice' } },
  { sub: 'alice', client: 'app' },
  { sub: 'alice', jti: undefined },
]

for (const [i, eviction] of wrong.entries()) {
  test(`refuses the eviction ${JSON.stringify(eviction)}, ${i}`, (t) => {
    t.throws(() => readEviction(eviction as Eviction), {
      instanceOf: TypeError,
      message: /^evict\(\) takes one of/,
    })
  })
}
