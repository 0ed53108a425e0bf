import { randomBytes } from 'node:crypto'
import test from 'ava'
import { jwt } from 'koa-resource-server'
import { issuing } from '../kit.ts'
import { clientNames } from './clients.ts'
import { eventually } from './eventually.ts'
import { RedisServer } from './redis-server.ts'
import { asking, instance, questions, stores } from './world.ts'

const patient = { timeout: 20 }

for (const client of clientNames) {
  test(`${client}: what one instance has asked, the other one knows`, async (t) => {
    const as = await issuing(t)
    const server = await RedisServer.start(t)
    const both = await stores(t, server, client, patient)
    const [one, other] = [
      await asking(t, as, both[0], { storeTimeout: 20 }),
      await asking(t, as, both[1], { storeTimeout: 20 }),
    ]
    const token = as.opaqueToken()
    t.is((await one.send(token)).status, 200)
    await eventually(async () => (await server.entries()).size === 1)
    t.is((await other.send(token)).status, 200)
    t.is((await one.send(token)).status, 200)
    t.is(questions(as), 1)
    t.is((await other.send(as.opaqueToken())).status, 200)
    t.is(questions(as), 2)
  })

  test(`${client}: that a token is not active is known to all, from a store of its own`, async (t) => {
    const as = await issuing(t)
    const [active, inactive] = [await RedisServer.start(t), await RedisServer.start(t)]
    const [stores1, stores2] = [
      await stores(t, active, client, patient),
      await stores(t, inactive, client, patient),
    ]
    const options = { storeTimeout: 20, inactiveMaxAge: 60 }
    const [one, other] = [
      await asking(t, as, stores1[0], { ...options, inactiveStore: stores2[0] }),
      await asking(t, as, stores1[1], { ...options, inactiveStore: stores2[1] }),
    ]
    t.is((await one.send('no-such-token')).bearer?.['error'], 'invalid_token')
    await eventually(async () => (await inactive.entries()).size === 1)
    t.is((await other.send('no-such-token')).status, 401)
    t.is(questions(as), 1)
    t.is((await active.entries()).size, 0)
  })

  test(`${client}: once a token is revoked, no instance admits it any more`, async (t) => {
    const as = await issuing(t)
    const both = await stores(t, await RedisServer.start(t), client, patient)
    // A maxAge of 0 has one of them ask anew.
    const [one, other] = [
      await asking(t, as, both[0], { storeTimeout: 20 }),
      await asking(t, as, both[1], { storeTimeout: 20, maxAge: 0 }),
    ]
    const token = as.opaqueToken()
    t.is((await one.send(token)).status, 200)
    as.revoke(token)
    t.is((await other.send(token)).status, 401)
    await eventually(async () => (await one.send(token)).status === 401)
  })

  for (const [how, options] of [
    ['', patient],
    [', encrypted', { ...patient, encryptionKey: randomBytes(32) }],
  ] as const) {
    test(`${client}: an instance that starts in an outage has the last good keys${how}`, async (t) => {
      const as = await issuing(t)
      const server = await RedisServer.start(t)
      const [lastGood, same] = await stores(t, server, client, options)
      const before = await instance(t, { tokens: jwt({ issuer: as.issuer, lastGood }) })
      const token = await as.accessToken()
      t.is((await before.send(token)).status, 200)
      await eventually(async () => (await server.entries()).size === 2)

      await as.close()
      const after = await instance(t, { tokens: jwt({ issuer: as.issuer, lastGood: same }) })
      await eventually(async () => (await after.send(token)).status === 200)
      const forgetful = await instance(t, { tokens: jwt({ issuer: as.issuer }) })
      t.is((await forgetful.send(token)).status, 503)
    })
  }
}
