import { randomBytes } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { StoreUnavailable } from '../../src/protocol/service-unavailable.ts'
import { encrypted, type EncryptionKey } from '../../src/stores/encrypted.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'

const [key, nextKey] = [randomBytes(32), randomBytes(32)]

/** A store, and what is in it as others see it. */
async function sealing(
  t: ExecutionContext,
  value: string,
  encryptionKey: EncryptionKey = key,
): Promise<{ readonly plain: Store; readonly store: Store; readonly sealed: string }> {
  const plain = memoryStore()
  const store = encrypted(plain, encryptionKey)
  await store.set('a', value, 60)
  t.is(await store.get('a'), value)
  return { plain, store, sealed: (await plain.get('a'))! }
}

for (const value of ['', 'x', '{"sub":"alice"}', 'Grüße, 世界 🌍\r\n\0', 'x'.repeat(100_000)]) {
  test(`gives back ${JSON.stringify(value.slice(0, 20))} of ${value.length}`, async (t) => {
    const { sealed } = await sealing(t, value)
    t.regex(sealed, /^[\w-]+$/)
    // A short one may stand in what is random.
    t.true(value.length < 8 || !Buffer.from(sealed, 'base64url').includes(value))
  })
}

test('the same value is another text each time', async (t) => {
  const { plain, store } = await sealing(t, 'one')
  const texts = new Set<string | undefined>()
  for (let i = 0; i < 100; i++) {
    await store.set('a', 'one', 60)
    texts.add(await plain.get('a'))
  }
  t.is(texts.size, 100)
})

test('a value that is moved to another key is not there', async (t) => {
  const { plain, store, sealed } = await sealing(t, 'one')
  for (const name of ['b', 'A', '', 'a ', 'aa']) {
    await plain.set(name, sealed, 60)
    t.is(await store.get(name), undefined, name)
  }
})

test('a value that is changed in any octet, cut or lengthened is not there', async (t) => {
  const { plain, store, sealed } = await sealing(t, 'one')
  const octets = Buffer.from(sealed, 'base64url')
  for (let i = 0; i < octets.length; i++) {
    const changed = Buffer.from(octets)
    changed[i]! ^= 0x80
    for (const value of [changed, octets.subarray(0, i), octets.subarray(i + 1)]) {
      await plain.set('a', value.toString('base64url'), 60)
      t.is(await store.get('a'), undefined, String(i))
    }
  }
  for (const value of ['', 'one', '{"active":true}', `${sealed}AAAA`, `AAAA${sealed}`]) {
    await plain.set('a', value, 60)
    t.is(await store.get('a'), undefined, value)
  }
  await plain.set('a', sealed, 60)
  t.is(await store.get('a'), 'one')
})

test('the first key encrypts, and all decrypt', async (t) => {
  const { plain, sealed } = await sealing(t, 'one')
  t.is(await encrypted(plain, [nextKey, key]).get('a'), 'one')
  t.is(await encrypted(plain, [key, nextKey]).get('a'), 'one')
  t.is(await encrypted(plain, nextKey).get('a'), undefined)
  await encrypted(plain, [nextKey, key]).set('a', 'two', 60)
  t.not(await plain.get('a'), sealed)
  t.is(await encrypted(plain, nextKey).get('a'), 'two')
  t.is(await encrypted(plain, key).get('a'), undefined)
})

test('keys that are added are added as they are', async (t) => {
  const { plain, store } = await sealing(t, 'one')
  t.true(await store.add('a', 60))
  t.false(await store.add('a', 60))
  t.false(await plain.add('a', 60))
  t.true(await plain.add('b', 60))
  t.false(await store.add('b', 60))
})

test('the time is passed on', async (t) => {
  const times: number[] = []
  const store = encrypted(
    {
      get: async () => undefined,
      set: async (_key, _value, ttl) => void times.push(ttl),
      add: async (_key, ttl) => times.push(ttl) > 0,
    },
    key,
  )
  await store.set('a', 'one', 12.5)
  await store.add('a', 7.5)
  t.deepEqual(times, [12.5, 7.5])
})

test('that the store fails is not hidden', async (t) => {
  const fail = async (): Promise<never> => Promise.reject(new StoreUnavailable('down'))
  const store = encrypted({ get: fail, set: fail, add: fail }, key)
  await t.throwsAsync(store.get('a'), { instanceOf: StoreUnavailable })
  await t.throwsAsync(async () => store.set('a', 'one', 60), { instanceOf: StoreUnavailable })
  await t.throwsAsync(store.add('a', 60), { instanceOf: StoreUnavailable })
})
