import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { memoryStore, type MemoryStoreOptions } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'

// Tests that make it later by this clock, which stands still, run before the others.
let clock = 1e6
performance.now = () => clock

/** Makes it later by some seconds; lru-cache looks at the clock once a millisecond. */
async function later(seconds: number): Promise<void> {
  clock += seconds * 1000
  await delay(5)
}

/** Which of these keys a store knows. */
async function known(store: Store, ...keys: readonly string[]): Promise<readonly string[]> {
  const values = await Promise.all(keys.map((key) => store.get(key)))
  return keys.filter((_, i) => values[i] !== undefined)
}

test('get gives what was set last', async (t) => {
  const store = memoryStore()
  t.is(await store.get('a'), undefined)
  await store.set('a', 'one', 10)
  t.is(await store.get('a'), 'one')
  await store.set('a', 'two', 10)
  t.is(await store.get('a'), 'two')
  await store.set('a', '', 10)
  t.is(await store.get('a'), '')
})

test('names of Object.prototype are keys like any other', async (t) => {
  const store = memoryStore()
  t.deepEqual(await known(store, '__proto__', 'constructor', 'toString'), [])
  await store.set('__proto__', 'a', 10)
  t.deepEqual(await known(store, '__proto__', 'constructor'), ['__proto__'])
  t.true(await store.add('constructor', 10))
})

test('two stores know nothing of each other', async (t) => {
  const [one, other] = [memoryStore(), memoryStore()]
  await one.set('a', 'one', 10)
  t.is(await other.get('a'), undefined)
  t.true(await other.add('a', 10))
})

test.serial('an entry goes when its time is over', async (t) => {
  const store = memoryStore()
  await store.set('a', 'one', 5)
  await store.set('b', 'two', 10)
  await later(4.9)
  t.deepEqual(await known(store, 'a', 'b'), ['a', 'b'])
  await later(0.2)
  t.deepEqual(await known(store, 'a', 'b'), ['b'])
})

test.serial('a new value has a new time', async (t) => {
  const store = memoryStore()
  await store.set('a', 'one', 5)
  await store.set('a', 'two', 10)
  await store.set('b', 'one', 10)
  await store.set('b', 'two', 5)
  await later(7)
  t.deepEqual(await known(store, 'a', 'b'), ['a'])
})

test.serial('reading an entry gives it no more time', async (t) => {
  const store = memoryStore()
  await store.set('a', 'one', 5)
  await later(3)
  t.is(await store.get('a'), 'one')
  await later(3)
  t.is(await store.get('a'), undefined)
})

test('without time there is no entry', async (t) => {
  const store = memoryStore()
  for (const ttl of [0, -1, -Infinity, NaN]) {
    await store.set('a', 'one', ttl)
    t.is(await store.get('a'), undefined, String(ttl))
    t.true(await store.add('b', ttl), String(ttl))
  }
  t.is(await store.get('b'), undefined)
})

test.serial('the smallest time ends, too', async (t) => {
  const store = memoryStore()
  await store.set('a', 'one', 1e-9)
  t.true(await store.add('b', 1e-9))
  await later(0.01)
  t.deepEqual(await known(store, 'a', 'b'), [])
})

test('add tells whether the key was new', async (t) => {
  const store = memoryStore()
  t.true(await store.add('a', 10))
  t.false(await store.add('a', 10))
  t.true(await store.add('b', 10))
  await store.set('c', 'one', 10)
  t.true(await store.add('c', 10), 'what is set has keys of its own')
  t.is(await store.get('c'), 'one')
})

test('of many who add a key at once, it is new to one', async (t) => {
  const store = memoryStore()
  const added = await Promise.all(Array.from({ length: 100 }, () => store.add('a', 10)))
  t.is(added.filter(Boolean).length, 1)
})

test.serial('adding a key again does not extend its time', async (t) => {
  const store = memoryStore()
  t.true(await store.add('a', 5))
  await later(3)
  t.false(await store.add('a', 10))
  await later(3)
  t.true(await store.add('a', 10))
})

test('above maxEntries the least recently used entry goes', async (t) => {
  const store = memoryStore({ maxEntries: 3 })
  for (const key of ['a', 'b', 'c']) await store.set(key, key, 10)
  await store.get('a')
  await store.set('d', 'd', 10)
  t.deepEqual(await known(store, 'a', 'b', 'c', 'd'), ['a', 'c', 'd'])
  await store.set('e', 'e', 10)
  t.deepEqual(await known(store, 'a', 'c', 'd', 'e'), ['c', 'd', 'e'])
})

test('above maxSize, keys and values counted, the least recently used entries go', async (t) => {
  const store = memoryStore({ maxSize: 100 })
  await store.set('a'.repeat(10), 'x'.repeat(40), 10)
  await store.set('b'.repeat(40), 'x'.repeat(10), 10)
  t.deepEqual(await known(store, 'a'.repeat(10), 'b'.repeat(40)), ['a'.repeat(10), 'b'.repeat(40)])
  await store.set('c', '', 10)
  t.deepEqual(await known(store, 'a'.repeat(10), 'b'.repeat(40), 'c'), ['b'.repeat(40), 'c'])
})

test('what is larger than maxSize is not kept, and displaces nothing', async (t) => {
  const store = memoryStore({ maxSize: 100 })
  await store.set('a', 'one', 10)
  await store.set('b', 'x'.repeat(100), 10)
  t.deepEqual(await known(store, 'a', 'b'), ['a'])
})

test('by default there are 10000 entries, and 32 Mi characters', async (t) => {
  const many = memoryStore()
  for (let i = 0; i <= 10_000; i++) await many.set(String(i), '', 10)
  t.deepEqual(await known(many, '0', '1', '10000'), ['1', '10000'])
  const large = memoryStore()
  const mebi = 'x'.repeat(2 ** 20 - 10)
  for (let i = 10; i < 43; i++) await large.set(`key-${i}`, mebi, 10)
  t.deepEqual(await known(large, 'key-10', 'key-11', 'key-42'), ['key-11', 'key-42'])
})

const wrong: readonly unknown[] = [
  { maxEntries: 0 },
  { maxEntries: -1 },
  { maxEntries: 1.5 },
  { maxEntries: Infinity },
  { maxEntries: '5' },
  { maxSize: 0 },
  { maxSize: NaN },
  { max: 5 },
  null,
  5,
]

for (const options of wrong) {
  test(`refuses the options ${JSON.stringify(options)}, ${String(Object.values(options ?? {}))}`, (t) => {
    t.throws(() => memoryStore(options as MemoryStoreOptions), {
      instanceOf: TypeError,
      message: /^memoryStore\(\)/,
    })
  })
}
