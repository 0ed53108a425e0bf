import test from 'ava'
import { type Eviction, readEviction } from '../../src/protocol/eviction.ts'
import { StoreUnavailable } from '../../src/protocol/service-unavailable.ts'
import { now, type Seconds } from '../../src/protocol/time.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'
import { Evictions } from '../../src/tokens/evictions.ts'

/** Answers are remembered for two days at most. */
const lifetime = 2 * 86_400
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
  const { sub, client_id: client, jti } = claims as Record<string, unknown>
  return (await evictions.any()) && evictions.include({ token: key, sub, client, jti }, now() - age)
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
    const [one, other] = [new Evictions(store), new Evictions(store)]
    t.false(await one.any())
    t.false(await isForgotten(one))
    await one.add(kind, value)
    for (const each of [one, other]) {
      t.true(await isForgotten(each))
      t.true(await isForgotten(each, { age: lifetime }))
      t.false(await isForgotten(each, others))
    }
  })

  test(`by ${kind}: an answer that is had later counts, whichever clock is ahead`, async (t) => {
    const evictions = new Evictions(memoryStore())
    await evictions.add(kind, value)
    t.true(await isForgotten(evictions, { age: 0 }), 'it may be from before')
    t.true(await isForgotten(evictions, { age: 1 - tolerance }))
    t.false(await isForgotten(evictions, { age: -1 - tolerance }))
  })
}

test('a value of one kind is none of another', async (t) => {
  const evictions = new Evictions(memoryStore())
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
  const [one, other] = [new Evictions(store), new Evictions(store)]
  await one.add('sub', 'alice')
  await other.add('sub', 'bob')
  await other.add('jti', 'jti-9')
  for (const each of [one, other]) t.true(await isForgotten(each))
})

test('marks outlast what they concern, and do not tell what they are about', async (t) => {
  const { store, set } = recording()
  await new Evictions(store).add('sub', 'alice')
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
  const evictions = new Evictions(forgetful)
  await evictions.add('sub', 'alice')
  t.true(await isForgotten(evictions))
  t.false(await isForgotten(evictions, { claims: { sub: 'bob' } }))
})

test('a later mark of an own eviction by another instance counts, an earlier one does not', async (t) => {
  const { store, set } = recording()
  const evictions = new Evictions(store)
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
  await new Evictions(store).add('sub', 'alice')
  const marks = set.map(([key]) => key)
  for (const value of ['x', 'NaN', 'Infinity', '-Infinity', '{}']) {
    for (const key of marks) await store.set(key, value, 60)
    t.false(await isForgotten(new Evictions(store)), value)
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
  await isForgotten(new Evictions(store))
  t.deepEqual(asked, ['evicted'])
  await new Evictions(store).add('sub', 'bob')
  asked.length = 0
  await isForgotten(new Evictions(store))
  t.is(asked.length, 1 + 4)
  asked.length = 0
  await isForgotten(new Evictions(store), { claims: { sub: 'carol' } })
  t.is(asked.length, 1 + 2, 'and none for what an answer has not')
})

test('a late mark of another instance lets no earlier one lapse', async (t) => {
  const store = memoryStore()
  await new Evictions(store).add('sub', 'alice')
  await store.set('evicted', String(now() - 3600), lifetime)
  t.true(await isForgotten(new Evictions(store)))
})

test('an eviction that is not in the store is an error', async (t) => {
  const down = async (): Promise<never> => Promise.reject(new StoreUnavailable('down'))
  const evictions = new Evictions({ get: down, set: down, add: down })
  await t.throwsAsync(evictions.add('sub', 'alice'), { instanceOf: StoreUnavailable })
  await t.throwsAsync(evictions.any(), { instanceOf: StoreUnavailable })
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
