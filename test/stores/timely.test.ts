import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { StoreUnavailable } from '../../src/protocol/service-unavailable.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'
import { timely } from '../../src/stores/timely.ts'

/** A store in which every call does this. */
function doing(call: () => Promise<never>): Store {
  return { get: call, set: call, add: call }
}

function callsOf(store: Store): readonly (() => Promise<unknown>)[] {
  return [
    async () => store.get('a'),
    async () => store.set('a', 'one', 60),
    async () => store.add('a', 60),
  ]
}

test('passes on what a store does in time', async (t) => {
  const store = timely(memoryStore(), 60)
  t.is(await store.get('a'), undefined)
  await store.set('a', 'one', 60)
  t.is(await store.get('a'), 'one')
  t.true(await store.add('a', 60))
  t.false(await store.add('a', 60))
  await store.set('b', 'one', 0)
  t.is(await store.get('b'), undefined)
})

test('a store that never answers is unavailable after a while', async (t) => {
  for (const call of callsOf(
    timely(
      doing(async () => new Promise(() => undefined)),
      0.02,
    ),
  )) {
    const error = await t.throwsAsync(call(), { instanceOf: StoreUnavailable })
    t.is(error.detail, 'The store did not answer within 0.02 s')
  }
})

test('what fails after that troubles nobody', async (t) => {
  const failing = doing(async () => delay(30).then(() => Promise.reject(new Error('too late'))))
  for (const call of callsOf(timely(failing, 0.001))) {
    await t.throwsAsync(call(), { instanceOf: StoreUnavailable })
  }
  await delay(60)
})

test('a store that fails, at once or later, is unavailable, and why is the cause', async (t) => {
  const cause = new Error('ECONNREFUSED')
  const throwing = (): never => {
    throw cause
  }
  for (const store of [doing(async () => Promise.reject(cause)), doing(throwing)]) {
    for (const call of callsOf(timely(store, 60))) {
      const error = await t.throwsAsync(call(), { instanceOf: StoreUnavailable })
      t.is(error.cause, cause)
      t.is(error.message, 'This resource server is not available')
    }
  }
})

test('what a store says of itself stays as it is', async (t) => {
  const own = new StoreUnavailable('full', { retryAfter: 7 })
  for (const call of callsOf(
    timely(
      doing(async () => Promise.reject(own)),
      60,
    ),
  )) {
    t.is(await t.throwsAsync(call()), own)
  }
})

test('the methods of a store may use this', async (t) => {
  class Own implements Store {
    readonly #value = 'one'
    async get(): Promise<string> {
      return this.#value
    }
    async set(): Promise<void> {
      if (this.#value !== 'one') throw new Error('lost')
    }
    async add(): Promise<boolean> {
      return this.#value === 'one'
    }
  }
  const store = timely(new Own(), 60)
  t.is(await store.get('a'), 'one')
  t.true(await store.add('a', 60))
  await t.notThrowsAsync(store.set('a', 'one', 60))
})
