import test from 'ava'
import nock from 'nock'
import { clientSecretBasic, introspection, jwt } from 'koa-resource-server'
import { authorizationServer } from 'koa-resource-server/testing'
import { audience, issuing, protect, until } from './kit.ts'

const clientAuth = clientSecretBasic('api', 'secret')
const said = { active: true, aud: audience, sub: 'alice', client_id: 'app' }

test('a remembered answer serves for maxStale longer while the authorization server is down', async (t) => {
  const endpoint = 'https://stale.example.com/introspect'
  nock('https://stale.example.com').post('/introspect').reply(200, said)
  const down = nock('https://stale.example.com').persist().post('/introspect').reply(503)
  const tokens = introspection({ endpoint, clientAuth, maxAge: 0.05, maxStale: 3 })
  const { send } = await protect(t, { tokens })
  t.is((await send('opaque')).status, 200)
  const askedAt = Date.now()
  await until(() => Date.now() > askedAt + 60)
  t.is((await send('opaque')).status, 200)
  t.true(down.isDone(), 'it was asked first')
  await until(() => Date.now() > askedAt + 3100)
  t.is((await send('opaque')).status, 503)
  t.is((await send('another')).status, 503)
})

test('by default no remembered answer serves beyond its maxAge', async (t) => {
  const endpoint = 'https://not-stale.example.com/introspect'
  nock('https://not-stale.example.com').post('/introspect').reply(200, said)
  nock('https://not-stale.example.com').persist().post('/introspect').reply(503)
  const tokens = introspection({ endpoint, clientAuth, maxAge: 0.05 })
  const { send } = await protect(t, { tokens })
  t.is((await send('opaque')).status, 200)
  const askedAt = Date.now()
  await until(() => Date.now() > askedAt + 60)
  t.is((await send('opaque')).status, 503)
})

test('what a server says of a token that has become inactive counts, however fresh maxStale calls the old answer', async (t) => {
  const endpoint = 'https://stale-revoked.example.com/introspect'
  nock('https://stale-revoked.example.com').post('/introspect').reply(200, said)
  nock('https://stale-revoked.example.com').post('/introspect').reply(200, { active: false })
  nock('https://stale-revoked.example.com').persist().post('/introspect').reply(503)
  const tokens = introspection({
    endpoint,
    clientAuth,
    maxAge: 0.05,
    maxStale: 60,
    inactiveMaxAge: 0.05,
  })
  const { send } = await protect(t, { tokens })
  t.is((await send('opaque')).status, 200)
  let askedAt = Date.now()
  await until(() => Date.now() > askedAt + 60)
  t.is((await send('opaque')).status, 401)
  askedAt = Date.now()
  await until(() => Date.now() > askedAt + 60)
  t.not((await send('opaque')).status, 200, 'once revoked it never comes back')
})

test('Retry-After of the authorization server is passed on, in seconds or as a date', async (t) => {
  const inAMinute = new Date(Date.now() + 60_000).toUTCString()
  for (const [i, [value, least, most]] of (
    [
      ['17', 17, 17],
      [inAMinute, 50, 61],
      ['soon', 5, 5],
      ['-4', 1, 5],
      ['99999999', 3600, 3600],
    ] as const
  ).entries()) {
    const issuer = `https://retry-${i}.example.com`
    nock(issuer).post('/introspect').reply(503, 'later', { 'Retry-After': value })
    nock(issuer).get('/jwks').reply(503, 'later', { 'Retry-After': value })
    const as = await authorizationServer({ audience, issuer })
    const opaque = introspection({ endpoint: `${issuer}/introspect`, clientAuth })
    const { send } = await protect(t, {
      tokens: [jwt({ issuer, jwksUri: `${issuer}/jwks` }), opaque],
    })
    for (const token of ['opaque', await as.accessToken()]) {
      const { status, headers } = await send(token)
      const retryAfter = Number(headers.get('Retry-After'))
      t.is(status, 503)
      t.true(retryAfter >= least && retryAfter <= most, `${value}: ${retryAfter}`)
    }
  }
})

test('while the server is known to be down opaque tokens are answered at once, without a call', async (t) => {
  const endpoint = 'https://known-down.example.com/introspect'
  let calls = 0
  nock('https://known-down.example.com')
    .persist()
    .post('/introspect')
    .reply(() => [502, String((calls += 1))])
  const tokens = introspection({ endpoint, clientAuth, breakAfter: 3, coolDown: 30 })
  const { send } = await protect(t, { tokens })
  for (let i = 0; i < 10; i++) t.is((await send(`token-${i}`)).status, 503)
  t.is(calls, 3)
})

test('while the authorization server is down, JWTs go on being accepted by the keys that are there', async (t) => {
  const as = await issuing(t)
  const tokens = jwt({ issuer: as.issuer, minAge: 0.01, maxAge: 0.05, timeout: 1 })
  const { send } = await protect(t, { tokens })
  t.is((await send(await as.accessToken())).status, 200)
  await as.close()
  for (let i = 0; i < 20; i++) {
    t.is((await send(await as.accessToken())).status, 200)
    t.is((await send(await as.accessToken({ exp: 1 }))).status, 401)
    const sentAt = Date.now()
    await until(() => Date.now() > sentAt + 10)
  }
  t.is((await send(await as.accessToken({}, { kid: 'new' }))).status, 503, 'a new key can be good')
})

test('the calls can go through a fetch of one’s own', async (t) => {
  const as = await issuing(t)
  const urls: string[] = []
  const fetch = (async (url: string, init: RequestInit) => {
    urls.push(`${init.method} ${new URL(url).pathname} ${init.redirect}`)
    return globalThis.fetch(url, init)
  }) as typeof globalThis.fetch
  const { send } = await protect(t, {
    tokens: [
      jwt({ issuer: as.issuer, fetch }),
      introspection({ issuer: as.issuer, clientAuth, fetch }),
    ],
  })
  t.is((await send(await as.accessToken())).status, 200)
  t.is((await send(as.opaqueToken())).status, 200)
  t.is((await send('unknown')).status, 401)
  t.deepEqual(urls, [
    'GET /.well-known/oauth-authorization-server manual',
    'GET /jwks manual',
    'GET /.well-known/oauth-authorization-server manual',
    'POST /introspect manual',
    'POST /introspect manual',
  ])
})

test('a fetch of one’s own is held to the same deadline, size and rules', async (t) => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
  })
  const hanging = new ReadableStream({ pull: () => new Promise(() => undefined) })
  const answers: Record<string, (signal: AbortSignal) => Promise<Response> | Response> = {
    endless: () => new Response(endless),
    hanging: () => new Response(hanging),
    silent: () => new Promise(() => undefined),
    encoded: () => Response.json(said, { headers: { 'Content-Encoding': 'gzip' } }),
    redirected: () => Response.redirect('https://elsewhere.example.com/', 307),
    failing: async () => Promise.reject(new TypeError('fetch failed')),
    thrown: () => {
      throw new Error('thrown')
    },
  }
  for (const [title, answer] of Object.entries(answers)) {
    const fetch = ((_: string, { signal }: RequestInit) =>
      answer(signal!)) as typeof globalThis.fetch
    const endpoint = 'https://own-fetch.example.com/introspect'
    const tokens = introspection({ endpoint, clientAuth, fetch, timeout: 0.2 })
    const { send } = await protect(t, { tokens })
    t.is((await send('opaque')).status, 503, title)
  }
})
