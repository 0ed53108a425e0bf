import test from 'ava'
import { type Eviction, StoreUnavailable } from 'koa-resource-server'
import type { RedisStoreOptions } from 'koa-resource-server/redis'
import { issuing } from '../kit.ts'
import { clientNames } from './clients.ts'
import { eventually } from './eventually.ts'
import { RedisServer } from './redis-server.ts'
import { asking, questions, stores } from './world.ts'

const patient: RedisStoreOptions = { timeout: 20 }

const mine = { sub: 'alice', client_id: 'app', jti: 'jti-1' }
const others = [
  { sub: 'bob', client_id: 'other-app', jti: 'jti-2' },
  // What names one thing does not name another.
  { sub: 'app', client_id: 'alice', jti: 'alice' },
]

const evictions: Readonly<Record<string, (token: string) => Eviction>> = {
  token: (token) => ({ token }),
  sub: () => ({ sub: 'alice' }),
  client: () => ({ client: 'app' }),
  jti: () => ({ jti: 'jti-1' }),
}

for (const client of clientNames) {
  for (const [kind, eviction] of Object.entries(evictions)) {
    test(`${client}: what one instance evicts by ${kind}, no other remembers`, async (t) => {
      const as = await issuing(t)
      const server = await RedisServer.start(t)
      const both = await stores(t, server, client, patient)
      const [one, other] = [
        await asking(t, as, both[0], { storeTimeout: 20, maxStale: 600 }),
        await asking(t, as, both[1], { storeTimeout: 20, maxStale: 600 }),
      ]
      const evicted = as.opaqueToken(mine)
      const kept = others.map((claims) => as.opaqueToken(claims))
      for (const token of [evicted, ...kept]) t.is((await other.send(token)).status, 200)
      await eventually(async () => (await server.entries()).size === 3)

      as.revoke(evicted)
      t.is((await other.send(evicted)).status, 200, 'it is remembered')
      await one.evict(eviction(evicted))
      t.is((await other.send(evicted)).status, 401)
      t.is((await one.send(evicted)).status, 401)
      const asked = questions(as)
      for (const token of kept) t.is((await other.send(token)).status, 200)
      t.is(questions(as), asked, 'the others are remembered')

      await as.close()
      const status = (await other.send(evicted)).status
      t.true(status === 401 || status === 503, 'not even in an outage')
      for (const token of kept) t.is((await other.send(token)).status, 200)
    })
  }

  test(`${client}: that a token is not active is evicted everywhere, too`, async (t) => {
    const as = await issuing(t)
    const server = await RedisServer.start(t)
    const both = await stores(t, server, client, patient)
    const options = { storeTimeout: 20, inactiveMaxAge: 60 }
    const [one, other] = [
      await asking(t, as, both[0], options),
      await asking(t, as, both[1], options),
    ]
    t.is((await other.send('too-early')).status, 401)
    await eventually(async () => (await server.entries()).size === 1)
    t.is((await other.send('too-early')).status, 401)
    t.is(questions(as), 1)
    await one.evict({ token: 'too-early' })
    t.is((await other.send('too-early')).status, 401)
    t.is(questions(as), 2)
  })

  test(`${client}: an eviction that could not be made sure is an error, and made sure later`, async (t) => {
    const as = await issuing(t)
    const server = await RedisServer.start(t, { appendonly: 'yes' })
    const both = await stores(t, server, client)
    const [one, other] = [await asking(t, as, both[0]), await asking(t, as, both[1])]
    const token = as.opaqueToken()
    await eventually(async () => {
      t.is((await other.send(token)).status, 200)
      return (await server.entries()).size === 1
    })
    as.revoke(token)

    await server.kill()
    await t.throwsAsync(one.evict({ token }), { instanceOf: StoreUnavailable })
    await t.throwsAsync(one.evict({ sub: 'alice' }), { instanceOf: StoreUnavailable })
    await server.run()
    await eventually(async () => one.evict({ token }).then(() => true))
    t.is((await other.send(token)).status, 401)
  })

  test(`${client}: a server that is full says so of an eviction`, async (t) => {
    const as = await issuing(t)
    const server = await RedisServer.start(t)
    const [store] = await stores(t, server, client, patient)
    const { evict } = await asking(t, as, store)
    await server.command('CONFIG', 'SET', 'maxmemory', '1')
    await t.throwsAsync(evict({ sub: 'alice' }), { instanceOf: StoreUnavailable })
  })
}
