import { randomBytes } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { memoryStore, type Store } from 'koa-resource-server'
import { redisStore } from 'koa-resource-server/redis'
import { clientNames, clients } from './clients.ts'
import { eventually } from './eventually.ts'
import { RedisServer } from './redis-server.ts'
import { stores } from './world.ts'

/** What is tested here is not how fast the machine is. */
const patient = { timeout: 20 }

const encryptionKey = randomBytes(32)

/** Each makes two stores that are one, as two instances of an API have it. */
const kinds: Readonly<Record<string, (t: ExecutionContext) => Promise<readonly [Store, Store]>>> = {
  async memoryStore() {
    const store = memoryStore()
    return [store, store]
  },
  ...Object.fromEntries(
    clientNames.flatMap((name) => [
      [name, async (t: ExecutionContext) => stores(t, await RedisServer.start(t), name, patient)],
      [
        `${name}, encrypted`,
        async (t: ExecutionContext) =>
          stores(t, await RedisServer.start(t), name, { ...patient, encryptionKey }),
      ],
    ]),
  ),
}

for (const [kind, make] of Object.entries(kinds)) {
  test(`${kind}: get gives what was set last, to all`, async (t) => {
    const [one, other] = await make(t)
    t.is(await other.get('a'), undefined)
    await one.set('a', 'one', 60)
    t.is(await other.get('a'), 'one')
    await other.set('a', 'two', 60)
    t.is(await one.get('a'), 'two')
    await one.set('a', '', 60)
    t.is(await other.get('a'), '')
  })

  test(`${kind}: keys and values are any text, and large`, async (t) => {
    const [one, other] = await make(t)
    const texts = ['Grüße, 世界 🌍', 'a\r\nb\0c', ' ', '*', '"', '$-1\r\n', 'x'.repeat(1_000_000)]
    for (const text of texts) {
      await one.set(text, text, 60)
      t.is(await other.get(text), text)
      t.true(await one.add(text, 60))
      t.false(await other.add(text, 60))
    }
  })

  test(`${kind}: what is set goes when its time is over`, async (t) => {
    const [one, other] = await make(t)
    await one.set('long', 'one', 60)
    await one.set('endless', 'one', Infinity)
    await one.set('short', 'one', 0.05)
    await eventually(async () => (await other.get('short')) === undefined)
    t.is(await other.get('long'), 'one')
    t.is(await other.get('endless'), 'one')
  })

  test(`${kind}: what is added goes when its time is over`, async (t) => {
    const [one, other] = await make(t)
    t.true(await one.add('long', 60))
    t.true(await one.add('endless', Infinity))
    t.true(await one.add('short', 0.05))
    await eventually(async () => other.add('short', 60))
    t.false(await one.add('short', 60))
    t.false(await other.add('long', 60))
    t.false(await other.add('endless', 60))
  })

  test(`${kind}: adding a key again does not extend its time`, async (t) => {
    const [one, other] = await make(t)
    const started = performance.now()
    t.true(await one.add('a', 1))
    await eventually(async () => other.add('a', 1000))
    t.true(performance.now() - started > 900)
  })

  test(`${kind}: of many who add a key at once, it is new to one`, async (t) => {
    const both = await make(t)
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      const adding = Array.from({ length: 100 }, (_, i) => both[i % 2]!.add(key, 60))
      t.is((await Promise.all(adding)).filter(Boolean).length, 1)
    }
  })

  test(`${kind}: what is set and what is added know nothing of each other`, async (t) => {
    const [one, other] = await make(t)
    for (const [set, added] of [
      ['a', 'a'],
      ['once:b', 'b'],
      ['c', 'kept:c'],
    ] as const) {
      await one.set(set, 'one', 60)
      t.true(await other.add(added, 60))
      t.is(await other.get(set), 'one')
      t.is(await one.get(added), set === added ? 'one' : undefined)
      await one.set(set, 'two', 60)
      t.false(await one.add(added, 60))
    }
  })

  test(`${kind}: without time there is no entry`, async (t) => {
    const [store] = await make(t)
    for (const ttl of [0, -1, -Infinity, Number.NaN]) {
      await store.set('a', 'one', ttl)
      t.is(await store.get('a'), undefined)
      t.true(await store.add('a', ttl))
    }
  })
}

for (const name of clientNames) {
  test(`${name}: stores with other prefixes know nothing of each other`, async (t) => {
    const { port } = await RedisServer.start(t)
    const { send, close } = await clients[name](port)
    t.teardown(close)
    const [one, other, usual] = [
      redisStore(send, { ...patient, prefix: 'one:' }),
      redisStore(send, { ...patient, prefix: 'other:' }),
      redisStore(send, patient),
    ]
    await one.set('a', 'one', 60)
    await usual.set('a', 'usual', 60)
    t.true(await one.add('a', 60))
    t.is(await one.get('a'), 'one')
    t.is(await other.get('a'), undefined)
    t.is(await usual.get('a'), 'usual')
    t.true(await other.add('a', 60))
    t.true(await usual.add('a', 60))
  })
}

test('the two clients see the same', async (t) => {
  const server = await RedisServer.start(t)
  const options = { ...patient, encryptionKey }
  const [[one], [other]] = [
    await stores(t, server, 'node-redis', options),
    await stores(t, server, 'ioredis', options),
  ]
  await one.set('ключ', 'значение', 60)
  t.is(await other.get('ключ'), 'значение')
  t.true(await other.add('ключ', 60))
  t.false(await one.add('ключ', 60))
})
