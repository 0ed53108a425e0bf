import { generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { jwt, type JwtOptions } from 'koa-resource-server'
import { type Api, protect, until } from './kit.ts'
import {
  held,
  type Host,
  impatient,
  isOutage,
  type Key,
  keySet,
  newKey,
  publish,
  type Reply,
  respond,
  sendUntil,
  toldOperator,
  untilStatus,
} from './publish.ts'

const key = newKey('a')

/** An API that takes its keys from `/jwks`. */
async function protectBy(
  t: ExecutionContext,
  { url }: Host,
  options: Partial<JwtOptions> = {},
): Promise<Api> {
  return protect(t, {
    tokens: jwt({ issuer: url, jwksUri: `${url}/jwks`, timeout: 30, ...options }),
  })
}

// How long keys are fresh

const freshFor: readonly (readonly [
  title: string,
  headers: Readonly<Record<string, string>>,
  options: Partial<JwtOptions>,
  soon: boolean,
])[] = [
  ['for maxAge where the answer does not say', {}, { maxAge: 0.1 }, true],
  ['for ten minutes by default', {}, {}, false],
  ['no longer than maxAge', { 'Cache-Control': 'max-age=600' }, { maxAge: 0.1 }, true],
  [
    'as long as the answer says',
    { 'Cache-Control': 'public, max-age=600' },
    { minAge: 0.1 },
    false,
  ],
  ['no shorter than minAge', { 'Cache-Control': 'max-age=0' }, { minAge: 0.1 }, true],
  ['ten seconds at the least by default', { 'Cache-Control': 'max-age=0' }, {}, false],
  ['even if not to be stored', { 'Cache-Control': 'no-store' }, {}, false],
  ['not to be stored', { 'Cache-Control': 'no-store, max-age=600' }, { minAge: 0.1 }, true],
  ['not to be used unasked', { 'Cache-Control': 'No-Cache' }, { minAge: 0.1 }, true],
  ['less its age', { 'Cache-Control': 'max-age=600', Age: '600' }, { minAge: 0.1 }, true],
  ['less a part of it', { 'Cache-Control': 'max-age=600', Age: '5' }, { minAge: 0.1 }, false],
  ['minAge above maxAge', {}, { minAge: 600, maxAge: 0.1 }, true],
]

for (const [title, headers, options, soon] of freshFor) {
  const run = soon ? test : test.serial
  run(`RFC 9111 §4.2: keys are fresh ${title}`, async (t) => {
    const host = await publish(t, key)
    host.replies['/jwks'] = respond(200, keySet(key), headers)
    const api = await protectBy(t, host, options)
    const begin = performance.now()
    const since = (): number => performance.now() - begin
    let sent = 0
    const enough = (): boolean => {
      sent += 1
      return soon ? host.asked.length > 1 : sent > 20 && since() > 200
    }
    const statuses = await sendUntil(api, key.token(host.url), enough)
    t.true(statuses.every((status) => status === 200))
    t.is(host.asked.length, soon ? 2 : 1)
    if (soon) t.true(since() > 70, 'three quarters of 0.1 s')
  })
}

test('RFC 9110 §13.1.2: keys that have not changed are not sent again', async (t) => {
  const host = await publish(t, key)
  const later = newKey('b')
  let current = respond(200, keySet(key), { ETag: '"1"' })
  host.replies['/jwks'] = (request: IncomingMessage, response: ServerResponse) => {
    const known = request.headers['if-none-match'] === '"1"'
    if (known && current === first) respond(304)(request, response)
    else current(request, response)
  }
  const first = current
  const api = await protectBy(t, host, { minAge: 0, maxAge: 0.02 })
  while (host.asked.length < 5) t.is((await api.send(key.token(host.url))).status, 200)
  const conditions = host.asked.map(({ headers }) => headers['if-none-match'])
  t.deepEqual(conditions, [undefined, '"1"', '"1"', '"1"', '"1"'])
  current = respond(200, keySet(later), { ETag: 'W/"2"' })
  await untilStatus(api, later.token(host.url), 200)
  t.is((await api.send(key.token(host.url))).status, 401, 'gone with the old set')
  const asksForTheSecond = (): boolean => host.asked.at(-1)?.headers['if-none-match'] === 'W/"2"'
  const statuses = await sendUntil(api, later.token(host.url), asksForTheSecond)
  t.true(statuses.every((status) => status === 200))
})

test('RFC 9110 §15.4.5: Not Modified is no answer to a question that was not asked', async (t) => {
  const host = await publish(t, key)
  host.replies['/jwks'] = respond(304)
  const options = { minAge: 0, maxAge: 0.02, maxStale: 0.2, ...impatient }
  const api = await protectBy(t, host, options)
  isOutage(t, await api.send(key.token(host.url)), 'there is nothing yet that has not changed')
  host.replies['/jwks'] = keySet(key)
  await untilStatus(api, key.token(host.url), 200)
  host.replies['/jwks'] = respond(304)
  await untilStatus(api, key.token(host.url), 503)
  t.true(host.asked.every(({ headers }) => headers['if-none-match'] === undefined))
})

test.serial(
  'RS-88: keys are fetched anew in the background, before they expire, and nobody waits for that',
  async (t) => {
    const host = await publish(t, key)
    const api = await protectBy(t, host, { maxAge: 3, timeout: 10 })
    const begin = performance.now()
    t.is((await api.send(key.token(host.url))).status, 200)
    const { reply, release } = held(keySet(key))
    host.replies['/jwks'] = reply
    const statuses = await sendUntil(api, key.token(host.url), () => host.asked.length > 1)
    t.true(statuses.every((status) => status === 200))
    for (let i = 0; i < 5; i++) t.is((await api.send(key.token(host.url))).status, 200)
    t.true(performance.now() - begin < 8000)
    t.is(host.asked.length, 2)
    release()
  },
)

// When keys can't be fetched

test('RS-26, RS-90: keys serve on for maxStale while none can be fetched, and no longer', async (t) => {
  const host = await publish(t, key)
  const options = { minAge: 0, maxAge: 0.1, maxStale: 0.4, ...impatient }
  const api = await protectBy(t, host, options)
  const begin = performance.now()
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = respond(503)
  const statuses = await sendUntil(api, key.token(host.url), (status) => status !== 200)
  t.is(statuses.at(-1), 503)
  t.true(performance.now() - begin > 490, 'not before both have passed')
  isOutage(t, await api.send(key.token(host.url)))
  host.replies['/jwks'] = keySet(key)
  await untilStatus(api, key.token(host.url), 200)
})

test('RS-26: by default they serve on for a day', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { minAge: 0, maxAge: 0.01, ...impatient })
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = (request: IncomingMessage) => request.socket.resetAndDestroy()
  const statuses = await sendUntil(api, key.token(host.url), () => host.asked.length > 30)
  t.true(statuses.every((status) => status === 200))
})

test('RS-26: a server that fails is left alone, though keys serve on', async (t) => {
  const host = await publish(t, key)
  const options = { minAge: 0, maxAge: 0.02, coolDown: 60, maxBackOff: 60 }
  const api = await protectBy(t, host, options)
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = respond(503)
  await sendUntil(api, key.token(host.url), () => host.asked.length > 1)
  for (let i = 0; i < 20; i++) t.is((await api.send(key.token(host.url))).status, 200)
  t.is(host.asked.length, 2)
})

test.serial('RS-26: a server that hangs makes nobody wait who has keys', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { minAge: 0, maxAge: 0.05, timeout: 1, ...impatient })
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = () => undefined
  await sendUntil(api, key.token(host.url), () => host.asked.length > 2)
  const begin = performance.now()
  for (let i = 0; i < 20; i++) t.is((await api.send(key.token(host.url))).status, 200)
  t.true(performance.now() - begin < 5000, 'half of them would have to wait for a second')
})

test.serial(
  'RS-90: a failure of long ago is no reason to trust a key that has been withdrawn since',
  async (t) => {
    const host = await publish(t, key)
    const options = { minAge: 0, maxAge: 0.05, timeout: 1, ...impatient }
    const api = await protectBy(t, host, options)
    t.is((await api.send(key.token(host.url))).status, 200)
    host.replies['/jwks'] = respond(503)
    await sendUntil(api, key.token(host.url), () => host.asked.length > 1)
    const later = newKey('b')
    host.replies['/jwks'] = keySet(later)
    await delay(1100)
    t.is((await api.send(key.token(host.url))).status, 401)
    t.is((await api.send(later.token(host.url))).status, 200)
  },
)

test.serial('RS-90: nor is a failure that has been mended', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { minAge: 0, maxAge: 0.05, ...impatient })
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = respond(503)
  await sendUntil(api, key.token(host.url), () => host.asked.length > 1)
  const mended = newKey('b')
  host.replies['/jwks'] = keySet(mended)
  await untilStatus(api, mended.token(host.url), 200)
  host.replies['/jwks'] = keySet(key)
  await delay(100)
  t.is((await api.send(mended.token(host.url))).status, 401)
})

const other = newKey('other')
const text = JSON.stringify(keySet(other))

/** Answers that are no key set, or none of use. */
const useless: readonly (readonly [string, Reply])[] = [
  ['no keys', { keys: [] }],
  ['no member keys', {}],
  ['keys of null', { keys: null }],
  ['keys that are an object', { keys: { 0: other.jwk } }],
  ['keys that are a string', { keys: 'a' }],
  ['an array', respond(200, [other.jwk])],
  ['one key', other.jwk],
  ['null', respond(200, 'null')],
  ['nothing', respond(200)],
  ['HTML', respond(200, '<!doctype html>')],
  ['truncated', respond(200, text.slice(0, -1))],
  ['a byte order mark', respond(200, `\uFEFF${text}`)],
  ['what is not UTF-8', respond(200, Buffer.from(text.replace('other', '\u00ff'), 'latin1'))],
  ['nested deeply', respond(200, text.replace('}', `,"x":${'['.repeat(99)}${']'.repeat(99)}}`))],
  ['2 MB', respond(200, text.replace('}', `,"x":"${'x'.repeat(2e6)}"}`))],
  ['gzip', respond(200, gzipSync(text), { 'Content-Encoding': 'gzip' })],
  ...[201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 429, 500, 503].map(
    (status) => [String(status), respond(status, status === 204 ? '' : text)] as const,
  ),
  ['only keys that are of no use', { keys: [null, 7, { kty: 'oct', k: 'AAAA' }, { kty: 'x' }] }],
  ['a broken connection', (request: IncomingMessage) => request.socket.resetAndDestroy()],
]

test('RS-91: what is no key set never takes the place of one; without any it is an outage', async (t) => {
  await Promise.all(
    useless.map(async ([title, reply]) => {
      const host = await publish(t, key)
      const good = host.replies['/jwks']!
      host.replies['/jwks'] = reply
      const api = await protectBy(t, host, { minAge: 0, maxAge: 0.02, ...impatient })
      isOutage(t, await api.send(key.token(host.url)), title)
      isOutage(t, await api.send(other.token(host.url)), title)
      t.regex(toldOperator(api), new RegExp(`${host.url}/jwks`), title)
      host.replies['/jwks'] = good
      await untilStatus(api, key.token(host.url), 200)
      host.replies['/jwks'] = reply
      const before = host.asked.length
      const triedAgain = (): boolean => host.asked.length > before + 2
      const statuses = await sendUntil(api, key.token(host.url), triedAgain)
      t.true(
        statuses.every((status) => status === 200),
        title,
      )
      t.not((await api.send(other.token(host.url))).status, 200, title)
    }),
  )
})

test('RS-91: a redirect is not followed, wherever it leads', async (t) => {
  const evil = await publish(t, other)
  for (const status of [301, 302, 303, 307, 308]) {
    const host = await publish(t, key)
    host.replies['/jwks'] = respond(status, '', { Location: `${evil.url}/jwks` })
    const api = await protectBy(t, host)
    isOutage(t, await api.send(other.token(host.url)), String(status))
    host.replies['/moved'] = keySet(key)
    host.replies['/jwks'] = respond(status, '', { Location: '/moved' })
    isOutage(t, await (await protectBy(t, host)).send(key.token(host.url)), 'on the same server')
    t.is(host.count('/moved'), 0)
  }
  t.deepEqual(evil.asked, [])
})

// Unknown keys

test.serial(
  'RS-87 OIDC Core §10.1.1: an unknown kid is looked for once more, within the request, and then refused',
  async (t) => {
    const host = await publish(t, key)
    const api = await protectBy(t, host, { coolDown: 0.2 })
    t.is((await api.send(key.token(host.url))).status, 200)
    const later = newKey('b')
    const { status, bearer } = await api.send(later.token(host.url))
    t.is(status, 401)
    t.is(bearer?.['error'], 'invalid_token')
    t.is(host.asked.length, 2)
    host.replies['/jwks'] = keySet(key, later)
    await untilStatus(api, later.token(host.url), 200)
    t.is((await api.send(key.token(host.url))).status, 200)
  },
)

test('RS-87: that a kid was asked for before its key was there harms no token when it is', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { coolDown: 0.5 })
  const next = newKey('next')
  const forged = newKey('next')
  t.is((await api.send(key.token(host.url))).status, 200)
  t.is((await api.send(forged.token(host.url))).status, 401)
  host.replies['/jwks'] = keySet(key, next)
  const [good, bad] = await Promise.all([
    api.send(next.token(host.url)),
    api.send(forged.token(host.url)),
  ])
  t.is(good.status, 200)
  t.is(bad.status, 401)
})

test('RS-87: keys that came after the token need no second look', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { coolDown: 60 })
  t.is((await api.send(newKey('b').token(host.url))).status, 401)
  t.is(host.asked.length, 1)
})

test('RS-87: a key without a kid is not the one that a token names', async (t) => {
  const unnamed = newKey('b', 'ES256', { kid: undefined })
  const host = await publish(t, key, unnamed)
  const api = await protectBy(t, host, { coolDown: 0.05 })
  t.is((await api.send(unnamed.token(host.url))).status, 401)
  t.is((await api.send(unnamed.token(host.url, { kid: undefined }))).status, 200)
})

test('RS-87: an issuer that names no keys is asked again for the newer ones', async (t) => {
  const [first, second] = [newKey('x'), newKey('y')]
  const host = await publish(t, first)
  const unnamed = (one: ReturnType<typeof newKey>): object => ({
    keys: [{ ...one.jwk, kid: undefined }],
  })
  host.replies['/jwks'] = JSON.parse(JSON.stringify(unnamed(first))) as object
  const api = await protectBy(t, host, { coolDown: 0.1 })
  t.is((await api.send(first.token(host.url, { kid: undefined }))).status, 200)
  host.replies['/jwks'] = JSON.parse(JSON.stringify(unnamed(second))) as object
  t.is((await api.send(second.token(host.url, { kid: undefined }))).status, 200)
  t.is((await api.send(first.token(host.url, { kid: undefined }))).status, 401)
})

test('RS-87: a key that is there for another algorithm is unknown, too', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { coolDown: 0.05 })
  t.is((await api.send(key.token(host.url))).status, 200)
  const changed = newKey('a', 'EdDSA')
  host.replies['/jwks'] = keySet(changed)
  t.is((await api.send(changed.token(host.url))).status, 200)
})

test('RS-88: a key that is rotated in is accepted at its first token, however soon after another fetch', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { coolDown: 0.3 })
  for (let i = 0; i < 3; i++) {
    const rotated = newKey(`rotated-${i}`)
    host.replies['/jwks'] = keySet(rotated)
    t.is((await api.send(rotated.token(host.url))).status, 200)
    t.is((await api.send(key.token(host.url))).status, 401)
  }
  t.true(host.asked.length <= 7)
})

test('RS-88: so it is when it is rotated in while keys are under way', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { coolDown: 0.05 })
  t.is((await api.send(key.token(host.url))).status, 200)
  const before = held(keySet(key))
  host.replies['/jwks'] = before.reply
  const forged = api.send(newKey('forged').token(host.url))
  await until(() => host.asked.length === 2)
  const later = newKey('b')
  host.replies['/jwks'] = keySet(later)
  const good = api.send(later.token(host.url))
  await delay(100)
  before.release()
  t.is((await good).status, 200)
  t.is((await forged).status, 401)
})

test.serial(
  'RS-88: 2,000 forged kids cause one fetch per coolDown, and delay no known one',
  async (t) => {
    const host = await publish(t, key)
    const api = await protectBy(t, host, { coolDown: 0.3, maxWaiting: 3000, timeout: 30 })
    t.is((await api.send(key.token(host.url))).status, 200)
    const { reply, release } = held(keySet(key))
    host.replies['/jwks'] = reply
    let answered = 0
    const begin = performance.now()
    const flood = Array.from({ length: 2000 }, async (_, i) => {
      const { status } = await api.send(key.token(host.url, { kid: `forged-${i}` }))
      answered += 1
      return status
    })
    await until(() => host.asked.length === 2)
    for (let i = 0; i < 20; i++) t.is((await api.send(key.token(host.url))).status, 200)
    t.is(answered, 0, 'all that while they wait')
    release()
    t.deepEqual([...new Set(await Promise.all(flood))], [401])
    const coolDowns = (performance.now() - begin) / 300
    t.true(host.asked.length <= 2 + coolDowns, `${host.asked.length} in ${coolDowns} cool-downs`)
  },
)

test('RS-88: a wrong signature under a known kid causes no fetch, and no wait', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { coolDown: 60 })
  t.is((await api.send(key.token(host.url))).status, 200)
  for (let i = 0; i < 20; i++) t.is((await api.send(newKey('a').token(host.url))).status, 401)
  t.is(host.asked.length, 1)
})

test('RS-88: how many may wait for an unknown key is bounded, and known ones do not count', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, { coolDown: 0.05, maxWaiting: 10 })
  t.is((await api.send(key.token(host.url))).status, 200)
  const { reply, release } = held(keySet(key))
  host.replies['/jwks'] = reply
  let refused = 0
  const flood = Array.from({ length: 30 }, async (_, i) => {
    const answer = await api.send(key.token(host.url, { kid: `forged-${i}` }))
    if (answer.status !== 401) refused += 1
    return answer
  })
  await until(() => refused === 20)
  t.is((await api.send(key.token(host.url))).status, 200)
  release()
  const answers = await Promise.all(flood)
  for (const answer of answers.filter(({ status }) => status !== 401)) isOutage(t, answer)
  t.is(answers.filter(({ status }) => status === 401).length, 10)
  const one = await api.send(key.token(host.url, { kid: 'another' }))
  t.is(one.status, 401, 'those who have been answered wait no longer')
})

test('RS-26, RS-87: while no keys can be fetched, a token by an unknown one may be good', async (t) => {
  const host = await publish(t, key)
  const api = await protectBy(t, host, impatient)
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = respond(503)
  const later = newKey('b')
  for (let i = 0; i < 5; i++) isOutage(t, await api.send(later.token(host.url)))
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = keySet(later)
  await untilStatus(api, later.token(host.url), 200)
})

test('RS-88: unknown kids of one issuer are no matter to another', async (t) => {
  const hosts = [await publish(t, key), await publish(t, key)] as const
  const api = await protect(t, {
    tokens: hosts.map(({ url }) => jwt({ issuer: url, jwksUri: `${url}/jwks`, coolDown: 5 })),
  })
  const shared = newKey('shared')
  hosts[1].replies['/jwks'] = keySet(shared)
  t.is((await api.send(shared.token(hosts[0].url))).status, 401)
  t.is((await api.send(shared.token(hosts[1].url))).status, 200)
})

// What is in a key set

test('RS-90: a key that the issuer withdraws stops verifying within maxAge', async (t) => {
  const host = await publish(t, key, newKey('b'))
  const later = newKey('c')
  const api = await protectBy(t, host, { minAge: 0, maxAge: 0.1 })
  const remembered = key.token(host.url)
  for (let i = 0; i < 5; i++) t.is((await api.send(remembered)).status, 200)
  host.replies['/jwks'] = keySet(later)
  await untilStatus(api, remembered, 401)
  for (let i = 0; i < 5; i++) t.is((await api.send(remembered)).status, 401)
  t.is((await api.send(later.token(host.url))).status, 200)
})

const [p256, rsa, ed25519] = [newKey('bad'), newKey('bad', 'RS256'), newKey('bad', 'EdDSA')]
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
const bytes = (length: number, first: number): string =>
  Buffer.from([first, ...Array<number>(length - 1).fill(0)]).toString('base64url')

/** Entries of no use, and the key that they are of, where there is one. */
const entries: readonly (readonly [string, unknown, Key?])[] = [
  ...[null, 7, 'x', true, [], [p256.jwk], {}, { keys: [p256.jwk] }].map(
    (entry) => [JSON.stringify(entry).slice(0, 20), entry] as const,
  ),
  ['an unknown kty', { ...p256.jwk, kty: 'AKP' }, p256],
  ['a kty in lower case', { ...p256.jwk, kty: 'ec' }, p256],
  ['a kty of no string', { ...p256.jwk, kty: ['EC'] }, p256],
  ['an unknown curve', { ...p256.jwk, crv: 'P-257' }, p256],
  ['a kid of no string', { ...p256.jwk, kid: 7 }, p256],
  ['an alg of no string', { ...p256.jwk, alg: null }, p256],
  ['an unknown alg', { ...p256.jwk, alg: 'ES257' }, p256],
  ['a key for encryption', { ...p256.jwk, use: 'enc' }, p256],
  ['key_ops of null', { ...p256.jwk, key_ops: null }, p256],
  ['key_ops of no array', { ...p256.jwk, key_ops: 'verify' }, p256],
  ['a symmetric key', { kty: 'oct', k: 'AAAA', kid: 'bad' }],
  ['a symmetric member', { ...p256.jwk, k: 'AAAA' }, p256],
  ['a private key', { ...p256.jwk, d: bytes(32, 1) }, p256],
  ['a private RSA key', { ...rsa.jwk, d: bytes(256, 1), p: 'AQ', q: 'AQ' }, rsa],
  ['a private exponent of null', { ...rsa.jwk, d: null }, rsa],
  ['other primes', { ...rsa.jwk, oth: [] }, rsa],
  ['a private key of no known kind', { ...p256.jwk, priv: 'AAAA' }, p256],
  ['RSA of 1024 bits', { ...weak, kid: 'bad', alg: 'RS256' }, rsa],
  ['RSA with e = 1', { ...rsa.jwk, e: 'AQ' }, rsa],
  ['RSA with an even e', { ...rsa.jwk, e: 'AQAA' }, rsa],
  ['RSA without n', { ...rsa.jwk, n: undefined }, rsa],
  ['RSA with n of no string', { ...rsa.jwk, n: {} }, rsa],
  ['a point off the curve', { ...p256.jwk, y: p256.jwk['x'] }, p256],
  ['a coordinate of no string', { ...p256.jwk, x: [] }, p256],
  ['a short coordinate', { ...p256.jwk, x: 'AQ' }, p256],
  ['an Ed25519 point of order 1', { ...ed25519.jwk, x: bytes(32, 1) }, ed25519],
  ['an Ed25519 point of order 4', { ...ed25519.jwk, x: bytes(32, 0) }, ed25519],
  ['a short Ed25519 point', { ...ed25519.jwk, x: 'AQ' }, ed25519],
]

test('RS-44, RS-45, RS-85, RS-89 RFC 7517 §5: an entry that is of no use is left out, and the set is not', async (t) => {
  await Promise.all(
    entries.map(async ([title, entry, bad]) => {
      const host = await publish(t)
      const options = { coolDown: 0.01 }
      for (const keys of [
        [entry, key.jwk],
        [key.jwk, entry],
      ]) {
        host.replies['/jwks'] = { keys }
        const api = await protectBy(t, host, options)
        t.is((await api.send(key.token(host.url))).status, 200, title)
        for (const kid of bad ? ['bad', undefined] : []) {
          t.is((await api.send(bad!.token(host.url, { kid }))).status, 401, title)
        }
      }
    }),
  )
  const host = await publish(t, p256, rsa, ed25519)
  const api = await protectBy(t, host)
  for (const good of [p256, rsa, ed25519]) {
    t.is((await api.send(good.token(host.url))).status, 200, 'these were good but for that')
  }
})

test('RS-85 RFC 7517 §4, §5: members that nobody knows are ignored', async (t) => {
  const unknown = { x5c: 7, x5u: 'http://as.example.com', ext: true, exp: 1, constructor: null }
  const member = newKey('b', 'ES256', unknown)
  const host = await publish(t, member)
  host.replies['/jwks'] = { ...keySet(member), issuer: 'x', next: [] }
  t.is((await (await protectBy(t, host)).send(member.token(host.url))).status, 200)
})

test('RS-86 FAPI 2.0 §5.4.3: keys with the same kid are told apart by kty, use, alg and crv', async (t) => {
  const same = 'same'
  const keys = [
    newKey(same, 'ES256', { use: 'enc' }),
    newKey(same, 'ES384'),
    newKey(same, 'RS256'),
    newKey(same, 'PS256'),
    newKey(same, 'EdDSA'),
    newKey(same, 'ES256'),
    newKey(same, 'ES256', { alg: undefined, use: undefined }),
  ]
  const [encrypting, ...signing] = keys as [Key, ...Key[]]
  for (const order of [keys, keys.toReversed()]) {
    const host = await publish(t, ...order)
    const api = await protectBy(t, host, { coolDown: 0.01 })
    for (const one of signing) {
      t.is((await api.send(one.token(host.url))).status, 200, JSON.stringify(one.jwk))
      t.is((await api.send(one.token(host.url, { kid: undefined }))).status, 200, 'without kid')
    }
    t.is((await api.send(encrypting.token(host.url))).status, 401)
    t.is((await api.send(newKey(same).token(host.url))).status, 401)
  }
})
