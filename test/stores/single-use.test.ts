import test from 'ava'
import { StoreUnavailable } from '../../src/protocol/service-unavailable.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { SingleUseKeys } from '../../src/stores/single-use.ts'

// Every test runs by itself, since it makes it later by this clock, which stands still.
let clock = 1e6
performance.now = () => clock

function later(seconds: number): void {
  clock += seconds * 1000
}

const full = { instanceOf: StoreUnavailable }

test.serial('a key counts once until it expires, to the millisecond', (t) => {
  const keys = new SingleUseKeys(10, 1000)
  t.true(keys.add('a', 5))
  t.false(keys.add('a', 5))
  later(4.999)
  t.false(keys.add('a', 500), 'adding it again has no effect')
  later(0.001)
  t.true(keys.add('a', 5))
  t.false(keys.add('a', 5))
})

test.serial('what is full takes no new key, forgets none, and says when to come back', (t) => {
  const keys = new SingleUseKeys(3, 1000)
  for (const key of ['a', 'b', 'c']) t.true(keys.add(key, 60))
  for (let i = 0; i < 100; i++) {
    const error = t.throws(() => keys.add(`new ${i}`, 60), full)
    t.is(error.status, 503)
    t.is(error.headers['Retry-After'], '1')
    for (const key of ['a', 'b', 'c']) t.false(keys.add(key, 60))
  }
})

test.serial('what expires makes room, be it in another order than it came', (t) => {
  const keys = new SingleUseKeys(3, 1000)
  keys.add('long', 100)
  keys.add('short', 2)
  keys.add('medium', 5)
  t.throws(() => keys.add('new', 60), full)
  later(2)
  t.true(keys.add('new', 60))
  t.false(keys.add('long', 60))
  t.false(keys.add('medium', 60))
  t.throws(() => keys.add('newer', 60), full)
  later(3)
  t.true(keys.add('newer', 60))
})

test.serial('the room is in characters, too', (t) => {
  const keys = new SingleUseKeys(100, 10)
  t.true(keys.add('aaaa', 5))
  t.true(keys.add('bbbb', 60))
  t.throws(() => keys.add('ccc', 60), full)
  t.true(keys.add('cc', 60))
  t.throws(() => keys.add('d', 60), full)
  later(5)
  t.true(keys.add('dddd', 60))
  t.throws(() => keys.add('e', 60), full)
  t.throws(() => keys.add('e'.repeat(11), 60), full)
})

test.serial('a key that comes again when it has expired is counted once', (t) => {
  const keys = new SingleUseKeys(3, 1000)
  keys.add('long', 1000)
  for (let i = 0; i < 10; i++) {
    t.true(keys.add('a', 5))
    t.true(keys.add('b', 5))
    t.throws(() => keys.add('c', 5), full)
    later(5)
  }
  t.false(keys.add('long', 5))
})

test.serial('nor does it take more room each time', (t) => {
  const keys = new SingleUseKeys(10, 20)
  keys.add('long', 1000)
  for (let i = 0; i < 100; i++) {
    t.true(keys.add('again', 5))
    later(5)
  }
  t.true(keys.add('again', 5))
  t.true(keys.add('other', 5))
})

test.serial('without time nothing is recorded, and known keys are known', (t) => {
  const keys = new SingleUseKeys(1, 1000)
  for (const ttl of [0, -1, -Infinity, Number.NaN]) {
    t.true(keys.add('a', ttl))
    t.true(keys.add('a', ttl))
  }
  t.true(keys.add('a', 60))
  for (const ttl of [0, -1, Number.NaN]) {
    t.false(keys.add('a', ttl))
    t.true(keys.add('b', ttl), 'nor does it need room')
  }
})

test.serial('a key may have no end', (t) => {
  const keys = new SingleUseKeys(2, 1000)
  t.true(keys.add('a', Infinity))
  later(1e9)
  t.false(keys.add('a', 60))
  t.true(keys.add('b', 60))
})

test.serial('while it is full, it looks at all keys at most once a second', (t) => {
  const keys = new SingleUseKeys(2, 1000)
  keys.add('long', 100)
  keys.add('short', 0.5)
  t.throws(() => keys.add('new', 60), full)
  later(0.75)
  t.throws(() => keys.add('new', 60), full)
  later(0.25)
  t.true(keys.add('new', 60))
})

test.serial('a memory store that is full rejects, and its other entries stay', async (t) => {
  const store = memoryStore({ maxEntries: 2 })
  await store.set('a', 'one', 60)
  t.true(await store.add('a', 60))
  t.true(await store.add('b', 60))
  await t.throwsAsync(store.add('c', 60), full)
  t.is(await store.get('a'), 'one')
  for (let i = 0; i < 10; i++) await store.set(`entry ${i}`, 'x', 60)
  t.false(await store.add('a', 60), 'no entry displaces what is added')
  later(60)
  t.true(await store.add('c', 60))
})
