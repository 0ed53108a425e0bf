import { randomBytes } from 'node:crypto'
import test from 'ava'
import { jwt } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import type { RedisStoreOptions } from 'koa-resource-server/redis'
import { dpopKey } from 'koa-resource-server/testing'
import { audience, issuing } from '../kit.ts'
import { clientNames } from './clients.ts'
import { eventually } from './eventually.ts'
import { RedisServer } from './redis-server.ts'
import { asking, clientSecret, instance, proven, questions, stores } from './world.ts'

const patient = { timeout: 20 }
const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
/** Claims that no server but ours and the authorization server is to know. */
const claims = { sub: 'alice-0815', client_id: 'client-4711', username: 'alice@example.com' }

for (const [how, options] of [
  ['plain', patient],
  ['encrypted', { ...patient, encryptionKey: oldKey }],
] as const) {
  test(`${how}: neither keys nor values hold a token, a proof or a secret`, async (t) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const server = await RedisServer.start(t)
    const [store] = await stores(t, server, 'ioredis', options)
    const api = await asking(t, as, store, { storeTimeout: 20 })
    const sender = await instance(t, {
      tokens: jwt({ issuer: as.issuer, lastGood: store }),
      confirmation: dpop({ replay: store, replayTimeout: 20 }),
    })
    const active = as.opaqueToken({ ...claims, jti: 'jti-of-the-token' })
    const inactive = await as.accessToken(claims)
    const headers = await proven(as, key)
    t.is((await api.send(active)).status, 200)
    t.is((await api.send(inactive)).status, 401)
    t.is((await sender.send(undefined, { headers })).status, 200)
    await api.evict({ sub: 'bob-1234' })
    await api.evict({ token: inactive })
    await api.evict({ jti: 'jti-of-another-token' })
    // Both answers, metadata and keys, the proof, the marks of three evictions, and when the last was.
    await eventually(async () => (await server.entries()).size === 2 + 2 + 1 + 3 + 1)

    const held = [...(await server.entries())].flat().join('\n')
    const proof = headers['DPoP']!
    const { jti } = JSON.parse(Buffer.from(proof.split('.')[1]!, 'base64url').toString())
    const bound = headers['Authorization']!.replace('DPoP ', '')
    for (const secret of [active, inactive, bound, proof, String(jti), clientSecret]) {
      for (const part of secret.split('.').slice(-1)) {
        t.false(held.includes(secret), secret)
        t.false(held.includes(part), part)
        t.false(held.includes(Buffer.from(part).toString('base64url').slice(0, -2)), part)
        t.false(held.includes(Buffer.from(part).toString('hex')), part)
      }
    }
    t.false(held.includes('bob-1234'))
    t.false(held.includes('jti-of-another-token'))
    for (const claim of [
      ...Object.values(claims),
      'jti-of-the-token',
      audience,
      '"active"',
      'kty',
    ]) {
      t.is(held.includes(claim), how === 'plain', claim)
    }
  })
}

for (const client of clientNames) {
  test(`${client}: encryption keys are replaced without a loss`, async (t) => {
    const as = await issuing(t)
    const server = await RedisServer.start(t)
    const token = as.opaqueToken()
    /** Whether an instance with these keys need not ask. */
    const knows = async (...encryptionKey: Uint8Array[]): Promise<boolean> => {
      const [store] = await stores(t, server, client, { ...patient, encryptionKey })
      const before = questions(as)
      const { send } = await asking(t, as, store, { storeTimeout: 20 })
      t.is((await send(token)).status, 200)
      // What is asked is remembered a little later.
      await eventually(async () => (await store.get(await keyOf(server))) !== undefined)
      return questions(as) === before
    }
    t.false(await knows(oldKey))
    t.true(await knows(oldKey, newKey))
    t.true(await knows(newKey, oldKey))
    t.false(await knows(newKey), 'what only the old key can read is as if it were not there')
    t.true(await knows(newKey, oldKey))
    t.false(await knows(oldKey))
  })
}

/** The name of the only entry, as the store knows it. */
async function keyOf(server: RedisServer): Promise<string> {
  const [name] = [...(await server.entries()).keys()]
  return name!.replace('resource-server:kept:', '')
}

test('what has been tampered with, moved, or is plain, is as if it were not there', async (t) => {
  const server = await RedisServer.start(t)
  const encryptionKey = oldKey
  const [store] = await stores(t, server, 'node-redis', { ...patient, encryptionKey })
  const [elsewhere] = await stores(t, server, 'node-redis', {
    ...patient,
    encryptionKey,
    prefix: 'elsewhere:',
  })
  await store.set('a', 'the value', 60)
  const sealed = (await server.entries()).get('resource-server:kept:a')!
  t.is(await store.get('a'), 'the value')

  for (const to of ['resource-server:kept:b', 'elsewhere:kept:a']) {
    await server.command('SET', to, sealed)
  }
  t.is(await store.get('b'), undefined)
  t.is(await elsewhere.get('a'), undefined)

  const octets = Buffer.from(sealed, 'base64url')
  const changed = Array.from(octets, (octet, i) => {
    const copy = Buffer.from(octets)
    copy[i] = octet ^ 1
    return copy.toString('base64url')
  })
  const cut = Array.from(octets, (_, i) => octets.subarray(0, i).toString('base64url'))
  for (const value of [...changed, ...cut, 'the value', '', '\0', `A${sealed}`]) {
    await server.command('SET', 'resource-server:kept:a', value)
    t.is(await store.get('a'), undefined, value)
  }
  await server.command('SET', 'resource-server:kept:a', sealed)
  t.is(await store.get('a'), 'the value')
})

for (const [what, command] of [
  ['a list', ['RPUSH', 'x']],
  ['a hash', ['HSET', 'x']],
  ['no JSON', ['SET']],
] as const) {
  test(`an entry that is ${what} is a miss, and the API goes on`, async (t) => {
    const as = await issuing(t)
    const server = await RedisServer.start(t)
    const options: RedisStoreOptions = { ...patient, maxBackOff: 0 }
    const [store] = await stores(t, server, 'ioredis', options)
    const { send } = await asking(t, as, store, { storeTimeout: 20 })
    const token = as.opaqueToken()
    t.is((await send(token)).status, 200)
    await eventually(async () => (await server.entries()).size === 1)
    const [name] = [...(await server.entries()).keys()]
    await server.command('DEL', name!)
    const [verb, ...rest] = command
    await server.command(verb, name!, ...rest, '"active": true')
    t.is((await send(token)).status, 200)
    t.is(questions(as), 2)
  })
}
