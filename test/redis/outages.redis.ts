import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { AuthorizationServer, DpopKey } from 'koa-resource-server/testing'
import { dpopKey } from 'koa-resource-server/testing'
import { redisStore, type SendCommand } from 'koa-resource-server/redis'
import { type Answer, issuing } from '../kit.ts'
import { clientNames } from './clients.ts'
import { eventually } from './eventually.ts'
import { RedisServer } from './redis-server.ts'
import { asking, confirming, type Instance, isReplay, proven, questions, stores } from './world.ts'

/** Sends the same proof to all of them at once. */
async function sendProof(
  as: AuthorizationServer,
  key: DpopKey,
  instances: readonly Instance[],
  sent: Record<string, string>[] = [],
): Promise<readonly Answer[]> {
  const headers = await proven(as, key)
  sent.push(headers)
  return Promise.all(instances.map(({ send }) => send(undefined, { headers })))
}

/** Whether a proof can be sent, and is told from one that has been used. */
async function isWell(
  as: AuthorizationServer,
  key: DpopKey,
  instances: readonly Instance[],
): Promise<boolean> {
  const answers = await sendProof(as, key, instances)
  const [first, ...rest] = answers.toSorted((one, other) => one.status - other.status)
  return first!.status === 200 && rest.every(isReplay)
}

/** What an instance says of a proof as soon as it can tell. */
async function judge({ send }: Instance, headers: Record<string, string>): Promise<Answer> {
  let answer = await send(undefined, { headers })
  await eventually(async () => {
    if (isUnavailable(answer)) answer = await send(undefined, { headers })
    return !isUnavailable(answer)
  })
  return answer
}

function isUnavailable({ status, headers, challenges }: Answer): boolean {
  return status === 503 && Number(headers.get('Retry-After')) >= 1 && challenges.length === 0
}

function passed(answers: readonly Answer[]): number {
  return answers.filter(({ status }) => status === 200).length
}

for (const client of clientNames) {
  test(`${client}: a server that is killed and restarted under load`, async (t) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const server = await RedisServer.start(t, { appendonly: 'yes' })
    const [store, same] = await stores(t, server, client)
    const askers = [await asking(t, as, store), await asking(t, as, same)]
    const options = { maxAge: 3600 }
    const confirmers = [
      await confirming(t, as, store, options),
      await confirming(t, as, same, options),
    ]
    const tokens = Array.from({ length: 10 }, () => as.opaqueToken())
    const wrong: string[] = []
    const accepted: Record<string, string>[] = []
    const seen = { accepted: 0, unavailable: 0 }

    async function askWithTokens(): Promise<void> {
      for (const token of [...tokens, as.opaqueToken()]) {
        const answers = await Promise.all(askers.map(({ send }) => send(token)))
        const others = answers.filter(({ status }) => status !== 200)
        for (const { status, body } of others) wrong.push(`good token: ${status} ${body}`)
      }
      const { status, body } = await askers[0]!.send('no-such-token')
      if (status !== 401) wrong.push(`bad token: ${status} ${body}`)
    }

    async function askWithProofs(): Promise<void> {
      const sent: Record<string, string>[] = []
      const answers = await sendProof(as, key, [...confirmers, ...confirmers], sent)
      if (passed(answers) > 1) wrong.push(`a proof passed ${passed(answers)} times`)
      for (const answer of answers) {
        const good = answer.status === 200 || isReplay(answer) || isUnavailable(answer)
        if (!good) wrong.push(`proof: ${answer.status} ${answer.body}`)
      }
      if (passed(answers) > 0) accepted.push(...sent)
      seen.accepted += passed(answers)
      seen.unavailable += answers.every(isUnavailable) ? 1 : 0
    }

    const end = new AbortController()
    t.teardown(() => end.abort())
    const load = Promise.all(
      [askWithTokens, askWithTokens, askWithProofs, askWithProofs].map(async (ask) => {
        while (!end.signal.aborted) {
          await ask()
          await delay(5)
        }
      }),
    )
    for (let outage = 0; outage < 3; outage++) {
      const before = { ...seen }
      await eventually(async () => seen.accepted > before.accepted + 10)
      await server.kill()
      await eventually(async () => seen.unavailable > before.unavailable + 5)
      await server.run()
    }
    const before = seen.accepted
    await eventually(async () => seen.accepted > before + 10)
    end.abort()
    await load
    t.deepEqual(wrong, [])

    t.true(accepted.length > 40)
    for (const headers of accepted) {
      for (const confirmer of confirmers) t.true(isReplay(await judge(confirmer, headers)))
    }
    await eventually(async () => {
      const [token, asked] = [as.opaqueToken(), questions(as)]
      for (const { send } of [...askers, ...askers]) {
        await send(token)
        await delay(50)
      }
      return questions(as) === asked + 1
    })
  })

  test(`${client}: a server that is not there yet when an instance starts to use it`, async (t) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const server = await RedisServer.start(t)
    const [store] = await stores(t, server, client)
    await server.kill()
    const [asker, confirmer] = [await asking(t, as, store), await confirming(t, as, store)]
    t.is((await asker.send(as.opaqueToken())).status, 200)
    t.true((await sendProof(as, key, [confirmer])).every(isUnavailable))
    await server.run()
    await eventually(async () => isWell(as, key, [confirmer, confirmer]))
  })

  test(`${client}: a server that pauses keeps nobody waiting`, async (t) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const server = await RedisServer.start(t)
    const [store] = await stores(t, server, client, { timeout: 0.2 })
    const [asker, confirmer] = [await asking(t, as, store), await confirming(t, as, store)]
    const token = as.opaqueToken()
    t.is((await asker.send(token)).status, 200)
    await eventually(async () => isWell(as, key, [confirmer, confirmer]))

    // For long, so that an answer that waits for its end is told from one that is slow.
    await server.command('CLIENT', 'PAUSE', '60000')
    const started = performance.now()
    const asked = questions(as)
    for (let i = 0; i < 5; i++) {
      const [one, other, proof] = await Promise.all([
        asker.send(token),
        asker.send(as.opaqueToken()),
        sendProof(as, key, [confirmer, confirmer]),
      ])
      t.is(one.status, 200)
      t.is(other.status, 200)
      t.true(proof.every(isUnavailable))
    }
    t.true(performance.now() - started < 20_000, String(performance.now() - started))
    t.true(questions(as) > asked + 5, 'nothing is remembered meanwhile')
    await t.throwsAsync(asker.evict({ token }), { name: 'StoreUnavailable' })
  })

  test(`${client}: after a pause all is well again, and no proof has passed twice`, async (t) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const server = await RedisServer.start(t)
    const [store, same] = await stores(t, server, client, { timeout: 0.2 })
    const both = [await confirming(t, as, store), await confirming(t, as, same)]
    await eventually(async () => isWell(as, key, both))

    await server.command('CLIENT', 'PAUSE', '1500')
    const sent: Record<string, string>[] = []
    let passes = 0
    await eventually(async () => {
      const answers = await sendProof(as, key, both, sent)
      passes += passed(answers)
      t.true(passed(answers) <= 1)
      t.true(answers.every((one) => one.status === 200 || isReplay(one) || isUnavailable(one)))
      return passed(answers) === 1
    })
    t.is(passes, 1)
    await eventually(async () => isWell(as, key, both))
    for (const headers of sent.slice(0, -1)) {
      // Refused in the pause; one of two later attempts may pass, if it has not been recorded late.
      const again = await Promise.all(both.map(({ send }) => send(undefined, { headers })))
      t.true(passed(again) <= 1)
    }
  })

  test(`${client}: a server that is full tells what it knows, and takes no proof`, async (t) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const server = await RedisServer.start(t, { 'maxmemory-policy': 'noeviction' })
    const [store] = await stores(t, server, client, { timeout: 20 })
    const [asker, confirmer] = [
      await asking(t, as, store, { storeTimeout: 20 }),
      await confirming(t, as, store, { replayTimeout: 20 }),
    ]
    const known = as.opaqueToken()
    t.is((await asker.send(known)).status, 200)
    const used = await proven(as, key)
    t.is((await confirmer.send(undefined, { headers: used })).status, 200)
    await eventually(async () => (await server.entries()).size === 2)

    await server.command('CONFIG', 'SET', 'maxmemory', '1')
    const asked = questions(as)
    for (let i = 0; i < 5; i++) {
      t.is((await asker.send(known)).status, 200)
      t.true((await sendProof(as, key, [confirmer])).every(isUnavailable))
      t.not((await confirmer.send(undefined, { headers: used })).status, 200)
    }
    t.is(questions(as), asked, 'it is still read')
    const unknown = as.opaqueToken()
    t.is((await asker.send(unknown)).status, 200)
    t.is((await asker.send(unknown)).status, 200)
    t.is((await asker.send('no-such-token')).status, 401)
    t.true((await sendProof(as, key, [confirmer])).every(isUnavailable))

    await server.command('CONFIG', 'SET', 'maxmemory', '0')
    await eventually(async () => isWell(as, key, [confirmer, confirmer]))
    t.true(isReplay(await confirmer.send(undefined, { headers: used })))
  })

  test(`${client}: a server that does not let us in is one that is down`, async (t) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const server = await RedisServer.start(t)
    const [store] = await stores(t, server, client)
    const [asker, confirmer] = [await asking(t, as, store), await confirming(t, as, store)]
    await server.command('ACL', 'SETUSER', 'default', '-get', '-set')
    t.is((await asker.send(as.opaqueToken())).status, 200)
    t.true((await sendProof(as, key, [confirmer])).every(isUnavailable))
  })
}

const senders: Readonly<Record<string, SendCommand>> = {
  'returns nothing': async () => undefined,
  'returns an array': async () => ['OK'],
  'returns an object': async () => ({ status: 'OK' }),
  'returns true': async () => true,
  'returns a number': async () => 1,
  'queues the command': async () => 'QUEUED',
  'returns no promise': () => undefined as never,
  throws: () => {
    throw new Error('not connected')
  },
  rejects: async () => Promise.reject(new Error('not connected')),
  'never ends': async () => new Promise(() => undefined),
}

for (const [what, send] of Object.entries(senders)) {
  test(`a function that ${what} admits no proof, and every good token`, async (t: ExecutionContext) => {
    const as = await issuing(t)
    const key = await dpopKey()
    const store = redisStore(send, { timeout: 0.1 })
    const [asker, confirmer] = [await asking(t, as, store), await confirming(t, as, store)]
    const token = as.opaqueToken()
    for (let i = 0; i < 3; i++) {
      t.is((await asker.send(token)).status, 200)
      t.true((await sendProof(as, key, [confirmer, confirmer])).every(isUnavailable))
      await delay(60)
    }
    t.is((await asker.send('no-such-token')).status, 401)
  })
}
