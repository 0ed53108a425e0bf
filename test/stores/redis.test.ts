import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { StoreUnavailable } from '../../src/protocol/service-unavailable.ts'
import { redisStore, type RedisStoreOptions, type SendCommand } from '../../src/stores/redis.ts'
import type { Store } from '../../src/stores/store.ts'

// Tests that make it later by this clock, which stands still, run before the others.
let clock = 1e6
performance.now = () => clock

/** Stands for a server: replies as it is told, and records what it is sent. */
class Server {
  readonly commands: string[][] = []
  reply: () => Promise<unknown> = async () => 'OK'

  readonly send: SendCommand = async (...command) => {
    this.commands.push(command)
    return this.reply()
  }

  fails(): void {
    this.reply = async () => Promise.reject(new Error('ECONNREFUSED'))
  }
}

function serving(reply: unknown, options?: RedisStoreOptions): [Server, Store] {
  const server = new Server()
  server.reply = async () => reply
  return [server, redisStore(server.send, options)]
}

async function isUnavailable(
  t: ExecutionContext,
  call: Promise<unknown>,
): Promise<StoreUnavailable> {
  return t.throwsAsync(call, { instanceOf: StoreUnavailable })
}

test('get, set and add are one command each', async (t) => {
  const [server, store] = serving('OK')
  t.is(await store.get('a b'), 'OK')
  await store.set('a b', '{"c": 1}', 60)
  t.true(await store.add('a b', 60))
  t.deepEqual(server.commands, [
    ['GET', 'resource-server:kept:a b'],
    ['SET', 'resource-server:kept:a b', '{"c": 1}', 'PX', '60000'],
    ['SET', 'resource-server:once:a b', '1', 'PX', '60000', 'NX'],
  ])
})

test('the prefix comes first', async (t) => {
  const [server, store] = serving('OK', { prefix: 'p/' })
  await store.get('a')
  await store.set('a', 'one', 60)
  await store.add('a', 60)
  t.deepEqual(
    server.commands.map(([, key]) => key),
    ['p/kept:a', 'p/kept:a', 'p/once:a'],
  )
})

for (const [ttl, milliseconds] of [
  [1, '1000'],
  [1.0005, '1001'],
  [1e-9, '1'],
  [172_800, '172800000'],
  [Number.MAX_VALUE, '4503599627370496'],
  [Infinity, '4503599627370496'],
] as const) {
  test(`a time of ${ttl} s is ${milliseconds} ms`, async (t) => {
    const [server, store] = serving('OK')
    await store.set('a', 'one', ttl)
    await store.add('a', ttl)
    t.deepEqual(
      server.commands.map((command) => command[4]),
      [milliseconds, milliseconds],
    )
  })
}

test('without time nothing is sent', async (t) => {
  const [server, store] = serving('OK')
  for (const ttl of [0, -1, -Infinity, Number.NaN]) {
    await store.set('a', 'one', ttl)
    t.true(await store.add('a', ttl))
  }
  t.deepEqual(server.commands, [])
})

test('what is not there, or was there before, is null', async (t) => {
  const [, store] = serving(null)
  t.is(await store.get('a'), undefined)
  t.false(await store.add('a', 60))
  await isUnavailable(t, store.set('a', 'one', 60))
})

test('replies may be octets', async (t) => {
  const [, store] = serving(Buffer.from('OK'))
  t.is(await store.get('a'), 'OK')
  t.true(await store.add('a', 60))
  await t.notThrowsAsync(store.set('a', 'one', 60))
  const [, other] = serving(new Uint8Array(Buffer.from('世界')))
  t.is(await other.get('a'), '世界')
})

for (const reply of [undefined, true, false, 0, 1, 1n, {}, [], ['OK'], [null], Symbol('OK')]) {
  test(`the reply ${inspect(reply)} is none`, async (t) => {
    const [, store] = serving(reply)
    const { detail } = await isUnavailable(t, store.get('a'))
    t.regex(detail, /does send\(\) return it\?/)
    await isUnavailable(t, serving(reply)[1].set('a', 'one', 60))
    await isUnavailable(t, serving(reply)[1].add('a', 60))
  })
}

for (const reply of ['', 'ok', 'QUEUED', '1']) {
  test(`${JSON.stringify(reply)} does not say that anything was added`, async (t) => {
    const [, store] = serving(reply)
    await isUnavailable(t, store.add('a', 60))
    await isUnavailable(t, serving(reply)[1].set('a', 'one', 60))
  })
}

test('what send() throws, at once or later, is the cause', async (t) => {
  const cause = new Error('OOM command not allowed')
  for (const send of [
    async () => Promise.reject(cause),
    () => {
      throw cause
    },
  ] satisfies SendCommand[]) {
    t.is((await isUnavailable(t, redisStore(send).get('a'))).cause, cause)
    t.is((await isUnavailable(t, redisStore(send).set('a', 'one', 60))).cause, cause)
    t.is((await isUnavailable(t, redisStore(send).add('a', 60))).cause, cause)
  }
})

test('every command has a deadline', async (t) => {
  const send: SendCommand = async () => new Promise(() => undefined)
  const started = Date.now()
  for (const call of [
    redisStore(send, { timeout: 0.02 }).get('a'),
    redisStore(send, { timeout: 0.02 }).set('a', 'one', 60),
    redisStore(send, { timeout: 0.02 }).add('a', 60),
    redisStore(send).add('a', 60),
  ]) {
    t.regex((await isUnavailable(t, call)).detail, /within 0\.(02|5) s/)
  }
  t.true(Date.now() - started < 20_000)
})

test('a failure after the deadline troubles nobody', async (t) => {
  let fail: (error: Error) => void = () => undefined
  const send: SendCommand = async () =>
    new Promise((_, reject) => {
      fail = reject
    })
  await isUnavailable(t, redisStore(send, { timeout: 0.01 }).add('a', 60))
  fail(new Error('too late'))
  await delay(5)
})

test.serial('a server that fails is left alone, for longer each time', async (t) => {
  const server = new Server()
  const store = redisStore(server.send, { maxBackOff: 0.4 })
  server.fails()
  await isUnavailable(t, store.get('a'))
  for (const most of [0.05, 0.1, 0.2, 0.4, 0.4]) {
    const sent = server.commands.length
    // At least half of it has to pass.
    clock += most * 499
    const error = await isUnavailable(t, store.get('a'))
    t.regex(error.detail, /a moment ago/)
    t.is(error.retryAfter, 1)
    t.is(server.commands.length, sent, `left alone for more than half of ${most} s`)
    clock += most * 502
    await isUnavailable(t, store.get('a'))
    t.is(server.commands.length, sent + 1, `asked again after ${most} s`)
  }
})

test.serial(
  'a server that works again is used again, and its next failure is a first one',
  async (t) => {
    const server = new Server()
    const store = redisStore(server.send)
    for (let i = 0; i < 2; i++) {
      server.fails()
      for (let failure = 0; failure < 5; failure++) {
        await isUnavailable(t, store.add('a', 60))
        clock += 2000
      }
      server.reply = async () => 'OK'
      for (let success = 0; success < 5; success++) t.true(await store.add('a', 60))
      server.fails()
      await isUnavailable(t, store.add('a', 60))
      clock += 51
      server.reply = async () => 'OK'
      t.true(await store.add('a', 60))
    }
  },
)

test.serial('one at a time asks whether the server works again', async (t) => {
  const server = new Server()
  const store = redisStore(server.send)
  server.fails()
  await isUnavailable(t, store.get('a'))
  clock += 1000
  let answer: (reply: string) => void = () => undefined
  server.reply = async () =>
    new Promise((resolve) => {
      answer = resolve
    })
  const first = store.get('a')
  for (let i = 0; i < 10; i++) await isUnavailable(t, store.get('a'))
  t.is(server.commands.length, 2)
  answer('one')
  t.is(await first, 'one')
  server.reply = async () => 'two'
  t.deepEqual(await Promise.all([store.get('a'), store.get('a')]), ['two', 'two'])
})

test.serial('of many calls that fail at once one counts', async (t) => {
  const server = new Server()
  const store = redisStore(server.send, { maxBackOff: 3600 })
  server.fails()
  await Promise.all(Array.from({ length: 50 }, () => isUnavailable(t, store.get('a'))))
  t.is(server.commands.length, 50)
  clock += 51
  server.reply = async () => 'one'
  t.is(await store.get('a'), 'one')
})

test.serial('a server that takes nothing is still read, and the other way round', async (t) => {
  const server = new Server()
  const store = redisStore(server.send)
  server.fails()
  await isUnavailable(t, store.set('a', 'one', 60))
  server.reply = async () => 'OK'
  t.is(await store.get('a'), 'OK')
  t.regex((await isUnavailable(t, store.add('a', 60))).detail, /a moment ago/)
  clock += 1000
  server.fails()
  await isUnavailable(t, store.get('a'))
  server.reply = async () => 'OK'
  t.true(await store.add('a', 60))
  await isUnavailable(t, store.get('a'))
})

test('without a back-off every call is sent', async (t) => {
  const server = new Server()
  const store = redisStore(server.send, { maxBackOff: 0 })
  server.fails()
  for (let i = 1; i < 10; i++) {
    await isUnavailable(t, store.get('a'))
    t.is(server.commands.length, i)
  }
})

test('an error says nothing of the store to a client', async (t) => {
  const server = new Server()
  server.fails()
  const error = await isUnavailable(t, redisStore(server.send).add('a secret', 60))
  t.is(error.status, 503)
  t.false(error.expose)
  t.false(error.message.includes('ECONNREFUSED'))
  t.false(error.stack!.includes('a secret'))
})

for (const send of [undefined, null, 'redis://127.0.0.1', {}]) {
  test(`refuses ${JSON.stringify(send)} for a function`, (t) => {
    t.throws(() => redisStore(send as SendCommand), {
      instanceOf: TypeError,
      message: /^redisStore\(\) takes a function/,
    })
  })
}

const wrong: readonly (readonly [options: unknown, named: string])[] = [
  [{ prefix: '' }, 'prefix'],
  [{ prefix: 5 }, 'prefix'],
  [{ timeout: 0 }, 'timeout'],
  [{ timeout: 61 }, 'timeout'],
  [{ timeout: '1' }, 'timeout'],
  [{ timeout: Number.NaN }, 'timeout'],
  [{ maxBackOff: -1 }, 'maxBackOff'],
  [{ maxBackOff: Infinity }, 'maxBackOff'],
  [{ encryptionKey: 'x' }, 'encryptionKey'],
  [{ encryptionKey: new Uint8Array(16) }, 'encryptionKey'],
  [{ encryptionKey: [] }, 'encryptionKey'],
  [{ encryptionKey: [new Uint8Array(32), new Uint8Array(31)] }, 'encryptionKey'],
  [{ url: 'redis://127.0.0.1' }, 'url'],
  [null, 'an object of options'],
]

for (const [options, named] of wrong) {
  test(`refuses the options ${JSON.stringify(options)}, ${String(Object.values(options ?? {}))}`, (t) => {
    const error = t.throws(() => redisStore(async () => null, options as RedisStoreOptions), {
      instanceOf: TypeError,
      message: /^redisStore\(\)/,
    })
    t.true(error.message.includes(named), error.message)
  })
}
