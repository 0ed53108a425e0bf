import bodyParser from '@koa/bodyparser'
import test from 'ava'
import Koa from 'koa'
import nock from 'nock'
import {
  InsufficientScope,
  InvalidRequest,
  introspection,
  clientSecretBasic,
  jwt,
  OAuthError,
  requireAnyScope,
  requireScope,
  resourceServer,
} from 'koa-resource-server'
import { authorizationServer } from 'koa-resource-server/testing'
import { audience, listen, protect, sender, sendRaw } from './kit.ts'

const as = await authorizationServer({ audience, issuer: 'https://rfc6750.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const good = await as.accessToken({ scope: 'orders:read orders:write' })
const refusedCharacters = /[^\x20\x21\x23-\x5B\x5D-\x7E]/

test('RS-1 §2.1: a good token in the Authorization header is admitted', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const { status } = await send(good)
  t.is(status, 200)
  t.is(admitted[0]?.subject, 'resource-owner-1')
})

test('RS-2 RFC 9110 §11.1: the scheme is compared without regard to case', async (t) => {
  const { send } = await protect(t, { tokens })
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
    const { status } = await send(undefined, { headers: { Authorization: `${scheme} ${good}` } })
    t.is(status, 200, scheme)
  }
})

test('RS-3 §2.1: credentials are spaces and one token68; anything else is invalid_request, and nobody is asked', async (t) => {
  const asked: string[] = []
  const { url } = await protect(t, {
    tokens: {
      accepts: () => true,
      async verify({ value }) {
        asked.push(value)
        throw new Error('not reached')
      },
    },
  })
  const malformed = [
    'Authorization: Bearer',
    'Authorization: Bearer ',
    'Authorization:',
    `Authorization: Bearer\t${good}`,
    `Authorization: Bearer ${good} ${good}`,
    `Authorization: Bearer ${good}, Bearer ${good}`,
    `Authorization: Bearer "${good}"`,
    'Authorization: Bearer a=b',
    'Authorization: Bearer ===',
    'Authorization: Bearer t\u00f6ken',
    'Authorization: Bearer token={}',
    'Authorization: Bearer,token',
    'Authorization: "Bearer" token',
  ]
  for (const line of malformed) {
    const { status, bearer } = await sendRaw(url, ['GET / HTTP/1.1', line])
    t.is(status, 400, line)
    t.is(bearer?.['error'], 'invalid_request', line)
  }
  t.deepEqual(asked, [])
})

test('RS-3 §2.1: several spaces may stand before the token', async (t) => {
  const { url } = await protect(t, { tokens })
  const { status } = await sendRaw(url, ['GET / HTTP/1.1', `Authorization: Bearer   ${good}`])
  t.is(status, 200)
})

test('RS-4 §2: a token in the header and another in the form is invalid_request', async (t) => {
  const app = new Koa()
  app.use(bodyParser()).use(resourceServer({ audience, tokens, formBody: true }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))
  const form = { method: 'POST', body: new URLSearchParams({ access_token: good }) }
  const both = await send(good, form)
  t.is(both.status, 400)
  t.is(both.bearer?.['error'], 'invalid_request')
  const twice = await send(undefined, {
    method: 'POST',
    body: new URLSearchParams([
      ['access_token', good],
      ['access_token', good],
    ]),
  })
  t.is(twice.status, 400)
  t.is((await send(undefined, form)).status, 200)
})

test('RS-5 RFC 9449 §7.2: two Authorization fields are refused with all challenges', async (t) => {
  const { url, admitted } = await protect(t, {
    tokens,
    confirmation: { member: 'jkt', scheme: 'DPoP', confirm: async () => undefined },
  })
  for (const [first, second] of [
    [`Bearer ${good}`, `Bearer ${good}`],
    [`Bearer ${good}`, 'Bearer other'],
    [`Bearer ${good}`, 'Basic dTpw'],
    ['Basic dTpw', `Bearer ${good}`],
  ]) {
    const { status, challenges } = await sendRaw(url, [
      'GET / HTTP/1.1',
      `Authorization: ${first}`,
      `authorization: ${second}`,
    ])
    t.is(status, 400)
    t.deepEqual(
      challenges.map(({ scheme, parameters }) => [scheme, parameters['error']]),
      [
        ['Bearer', 'invalid_request'],
        ['DPoP', 'invalid_request'],
      ],
    )
  }
  t.deepEqual(admitted, [])
})

test('RS-6 OAuth 2.1 §5.1: access_token in the query counts for nothing', async (t) => {
  const { send } = await protect(t, { tokens })
  const { status, bearer } = await send(undefined, { path: `/?access_token=${good}` })
  t.is(status, 401)
  t.is(bearer?.['error'], undefined)
  t.is((await send(good, { path: '/?access_token=other' })).status, 200)
})

test('RS-8 §2.2: a token in a form body counts only where the option says so', async (t) => {
  const app = new Koa()
  app.use(bodyParser()).use(resourceServer({ audience, tokens }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))
  const body = new URLSearchParams({ access_token: good })
  t.is((await send(undefined, { method: 'POST', body })).status, 401)
})

test('RS-8 §2.2: with the option, only of a form, and of a method that has a body', async (t) => {
  const app = new Koa()
  app.use(bodyParser({ parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'] }))
  app.use(resourceServer({ audience, tokens, formBody: true }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))
  const body = new URLSearchParams({ access_token: good, quantity: '2' })
  const json = JSON.stringify({ access_token: good })
  const headers = { 'Content-Type': 'application/json' }
  t.is((await send(undefined, { method: 'POST', body })).status, 200)
  t.is((await send(undefined, { method: 'PUT', body })).status, 200)
  t.is((await send(undefined, { method: 'DELETE', body })).status, 401)
  t.is((await send(undefined, { method: 'POST', body: json, headers })).status, 401)
  t.is((await send(undefined, { path: `/?access_token=${good}` })).status, 401)
  // Whose low eight bits are an "e".
  for (const spelled of [`${good}\u00e9`, good.replace('e', '\u0165')]) {
    const notAscii = new URLSearchParams({ access_token: spelled })
    t.is((await send(undefined, { method: 'POST', body: notAscii })).status, 400)
  }
  t.is((await send(good)).status, 200)
})

test('RS-8 §2.2: without a body parser the programmer is told', async (t) => {
  const { send, errors } = await protect(t, { tokens, formBody: true })
  const body = new URLSearchParams({ access_token: good })
  t.is((await send(undefined, { method: 'POST', body })).status, 500)
  t.regex(String(errors[0]), /body parser/)
})

test('RS-9 §3.1: credentials of another scheme are no credentials', async (t) => {
  const { send } = await protect(t, { tokens })
  for (const Authorization of [
    'Basic dXNlcjpwYXNz',
    'Digest username="a"',
    'DPoP token',
    'Bearerx y',
  ]) {
    const { status, bearer } = await send(undefined, { headers: { Authorization } })
    t.is(status, 401, Authorization)
    t.deepEqual(bearer, { realm: audience }, Authorization)
  }
})

test('RS-10 RFC 9449 §7.1: Proxy-Authorization is not read, under whatever scheme', async (t) => {
  const { send } = await protect(t, { tokens })
  for (const scheme of ['Bearer', 'DPoP']) {
    const headers = { 'Proxy-Authorization': `${scheme} ${good}` }
    t.is((await send(undefined, { headers })).status, 401)
  }
})

test('RS-11: a token over the size limit is refused unread', async (t) => {
  const asked: string[] = []
  const { send } = await protect(t, {
    maxTokenSize: 100,
    tokens: {
      accepts: () => true,
      async verify({ value }) {
        asked.push(value)
        throw new InvalidRequest('asked')
      },
    },
  })
  const { status, bearer } = await send('a'.repeat(101))
  t.is(status, 400)
  t.is(bearer?.['error_description'], 'The access token is too long')
  t.deepEqual(asked, [])
  await send('a'.repeat(100))
  t.is(asked.length, 1)
})

test('RS-12 §5.3: a token over plain HTTP is refused where it crossed the network', async (t) => {
  const app = new Koa()
  app.proxy = true
  app.use(resourceServer({ audience, tokens }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))
  const plain = await send(good, { headers: { 'X-Forwarded-Proto': 'http' } })
  t.is(plain.status, 400)
  t.is(plain.bearer?.['error'], 'invalid_request')
  t.regex(plain.bearer?.['error_description'] ?? '', /TLS/)
  t.is((await send(good, { headers: { 'X-Forwarded-Proto': 'https' } })).status, 200)
})

test('RS-12 §5.3: what the header of an untrusted proxy says of TLS counts for nothing', async (t) => {
  const app = new Koa()
  app.use(async (ctx, next) => {
    Object.defineProperty(ctx.req.socket, 'remoteAddress', { value: '192.0.2.1' })
    await next()
  })
  app.use(resourceServer({ audience, tokens }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))
  t.is((await send(good, { headers: { 'X-Forwarded-Proto': 'https' } })).status, 400)
  t.is((await send(good)).status, 400)
  t.is((await send()).status, 401, 'without a token there is nothing to protect')
  const { send: sendLocally } = await protect(t, { tokens })
  t.is((await sendLocally(good, { headers: { 'X-Forwarded-Proto': 'http' } })).status, 200)
})

test('RS-12 §5.3: the option insecureHttp lets plain HTTP pass', async (t) => {
  const app = new Koa()
  app.proxy = true
  app.use(resourceServer({ audience, tokens, insecureHttp: true }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))
  t.is((await send(good, { headers: { 'X-Forwarded-Proto': 'http' } })).status, 200)
})

test('RS-13, RS-14 §3: every 401 has a Bearer challenge with at least one parameter', async (t) => {
  const { send } = await protect(t, { tokens })
  const expired = await as.accessToken({ exp: 1 })
  for (const token of [undefined, 'opaque', expired]) {
    const { status, challenges } = await send(token)
    t.is(status, 401)
    t.is(challenges[0]?.scheme, 'Bearer')
    t.true(Object.keys(challenges[0]?.parameters ?? {}).length > 0)
  }
})

test('RS-15 §3: no parameter stands twice in a challenge', async (t) => {
  const { send } = await protect(
    t,
    {
      tokens,
      challenge: { realm: 'orders', scope: 'orders:read', error_uri: 'https://e.example.com' },
    },
    requireScope('orders:admin'),
  )
  const { status, bearer } = await send(good)
  t.is(status, 403)
  t.is(bearer?.['scope'], 'orders:admin', 'what the route needs stands in place of the default')
  t.is(bearer?.['realm'], 'orders')
  t.is(bearer?.['error_uri'], 'https://e.example.com')
})

test('RS-16 §3.1: without credentials the challenge has no error', async (t) => {
  const { send } = await protect(t, { tokens, challenge: { error_uri: 'https://e.example.com' } })
  const { status, bearer } = await send()
  t.is(status, 401)
  t.deepEqual(bearer, { realm: audience })
})

test('RS-17 §3: refused credentials get an error', async (t) => {
  const { send } = await protect(t, { tokens }, requireScope('orders:admin'))
  for (const token of ['opaque', `${good}x`, good]) {
    const { bearer } = await send(token)
    t.truthy(bearer?.['error'], token)
    t.truthy(bearer?.['error_description'], token)
  }
})

test('RS-18 §3.1: invalid_request is 400', async (t) => {
  const { send } = await protect(t, { tokens })
  const { status, bearer } = await send('not a token')
  t.is(status, 400)
  t.is(bearer?.['error'], 'invalid_request')
})

test('RS-19 §3.1: expired, malformed, revoked, of another issuer or audience: invalid_token is 401', async (t) => {
  const { send } = await protect(t, { tokens })
  const refused = {
    expired: await as.accessToken({ exp: 1 }),
    malformed: 'opaque',
    'another issuer': await as.accessToken({ iss: 'https://elsewhere.example.com' }),
    'another audience': await as.accessToken({ aud: 'https://other.example.com' }),
    'wrong signature': `${good.slice(0, -8)}AAAAAAAA`,
  }
  for (const [title, token] of Object.entries(refused)) {
    const { status, bearer } = await send(token)
    t.is(status, 401, title)
    t.is(bearer?.['error'], 'invalid_token', title)
  }
})

test('RS-20 §3.1: insufficient_scope is 403', async (t) => {
  const { send } = await protect(t, { tokens }, requireScope('orders:read', 'orders:admin'))
  const { status, bearer } = await send(good)
  t.is(status, 403)
  t.is(bearer?.['error'], 'insufficient_scope')
})

test('RS-21 §3.1: the 403 names the scopes that the route needs', async (t) => {
  const all = await protect(t, { tokens }, requireScope('orders:read', 'orders:admin'))
  t.is((await all.send(good)).bearer?.['scope'], 'orders:read orders:admin')
  const any = await protect(t, { tokens }, requireAnyScope('a', 'b'))
  t.is((await any.send(good)).bearer?.['scope'], 'a', 'of alternatives the first')
})

test('RS-22 §3: a scope that could not stand in a challenge is refused when the guard is made', (t) => {
  for (const scope of ['', 'a b', 'a"b', 'a\\b', 'a\nb', 'ä']) {
    t.throws(() => requireScope(scope), { instanceOf: TypeError }, JSON.stringify(scope))
    t.throws(() => requireAnyScope('a', scope), { instanceOf: TypeError }, JSON.stringify(scope))
  }
  t.throws(() => requireScope(), { instanceOf: TypeError })
  t.notThrows(() => requireScope('!', '#[', ']~', 'https://example.com/a?b=c'))
})

test('RS-23, RS-28 §3: whatever an application throws, the challenge keeps to the allowed characters', async (t) => {
  class Custom extends OAuthError {
    constructor(description: string) {
      super(401, 'invalid_token', description, {}, { hint: description })
    }
  }
  const hostile = [
    'a"b',
    'a\\b',
    'a\r\nSet-Cookie: x=1',
    'ä€\u{1F600}',
    '\0\x7F',
    '"", error="none',
  ]
  for (const text of hostile) {
    const thrown = [new Custom(text), new InsufficientScope([text]), new InvalidRequest(text)]
    for (const error of thrown) {
      const { send } = await protect(t, { tokens }, () => {
        throw error
      })
      const { status, headers, bearer } = await send(good)
      t.is(status, error.status)
      t.is(headers.get('Set-Cookie'), null)
      t.is(bearer?.['error'], error.code)
      for (const value of Object.values(bearer ?? {})) t.notRegex(value, refusedCharacters)
    }
  }
})

test('RS-24, RS-28 §3: parameters that could not stand in a challenge are refused when it is made', (t) => {
  const made = (challenge: object) => () => resourceServer({ audience, tokens, challenge })
  const wrong = [
    { realm: 'a"b' },
    { realm: 'a\r\nb' },
    { realm: 'ä' },
    { error_uri: 'https://example.com/a b' },
    { error_uri: '' },
    { error: 'invalid_token' },
    { error_description: 'mine' },
    { resource_metadata: 'a"b' },
    { 'not a name': 'x' },
  ]
  for (const challenge of wrong) {
    t.throws(
      made(challenge),
      { instanceOf: TypeError, message: /challenge\./ },
      JSON.stringify(challenge),
    )
  }
  t.throws(() => resourceServer({ audience: 'a"b', tokens }), { message: /realm/ })
  t.notThrows(() => resourceServer({ audience: 'a"b', tokens, challenge: { realm: 'orders' } }))
})

test('RS-24 §3: error_uri comes with an error only', async (t) => {
  const { send } = await protect(t, {
    tokens,
    challenge: { error_uri: 'https://example.com/errors#a' },
  })
  t.is((await send('opaque')).bearer?.['error_uri'], 'https://example.com/errors#a')
  t.is((await send()).bearer?.['error_uri'], undefined)
})

test('RS-25: no refusal tells anything of the token, the keys or the servers', async (t) => {
  const kid = 'kid-4711'
  const secret = 'canary'
  const { send } = await protect(t, { tokens })
  const refused = [
    await as.accessToken({ iss: `https://${secret}.example.com` }),
    await as.accessToken({ aud: secret }),
    await as.accessToken({ exp: 1, jti: secret }),
    await as.accessToken({ client_id: [secret] }),
    await as.accessToken({}, { kid }),
    await as.accessToken({}, { typ: secret }),
    await as.accessToken({ cnf: { [secret]: secret } }),
    `${good}${secret}`,
    secret,
  ]
  for (const token of refused) {
    const { status, headers, body } = await send(token)
    t.is(status, 401)
    const said = JSON.stringify([...headers]) + body
    for (const part of [secret, kid, 'jose', as.issuer, ...token.split('.')]) {
      t.false(said.includes(part), `${part} in ${said}`)
    }
  }
})

test('RS-25: descriptions can be left out', async (t) => {
  const { send } = await protect(t, { tokens, challenge: { error_description: false } })
  t.deepEqual((await send('opaque')).bearer, { realm: audience, error: 'invalid_token' })
})

test('RS-26 RFC 9110 §15.6.4: an authorization server that is down is 503 with Retry-After, and no challenge', async (t) => {
  nock('https://down.example.com').get('/jwks').reply(500).get('/jwks').replyWithError('reset')
  nock('https://down.example.com').post('/introspect').reply(502)
  const down = await authorizationServer({ audience, issuer: 'https://down.example.com' })
  const jwksUri = `${down.issuer}/jwks`
  const verifiers = [
    jwt({ issuer: down.issuer, jwksUri }),
    jwt({ issuer: down.issuer, jwksUri }),
    introspection({
      endpoint: `${down.issuer}/introspect`,
      clientAuth: clientSecretBasic('api', 'secret'),
    }),
  ]
  for (const verifier of verifiers) {
    const { send, errors } = await protect(t, { tokens: verifier })
    const { status, headers, body } = await send(await down.accessToken())
    t.is(status, 503)
    t.regex(headers.get('Retry-After') ?? '', /^[1-9]\d*$/)
    t.is(headers.get('WWW-Authenticate'), null)
    t.is(body, 'Service Unavailable')
    t.regex(
      errors[0]?.stack ?? '',
      /^AuthorizationServerUnavailable: .*down\.example\.com/,
      'the operator is told',
    )
  }
})

test('RS-27: refusals are not to be stored', async (t) => {
  nock('https://stored.example.com').get('/jwks').reply(500)
  const stored = await authorizationServer({ audience, issuer: 'https://stored.example.com' })
  const { send } = await protect(
    t,
    { tokens: [tokens, jwt({ issuer: stored.issuer, jwksUri: `${stored.issuer}/jwks` })] },
    requireScope('orders:admin'),
  )
  const answers = [
    await send(),
    await send('opaque'),
    await send('a b'),
    await send(good),
    await send(await stored.accessToken()),
  ]
  t.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('Cache-Control')]),
    [401, 401, 400, 403, 503].map((status) => [status, 'no-store']),
  )
})

test('RS-29 RFC 9110 §11.6.1: several challenges are told apart by a strict reader', async (t) => {
  const { send } = await protect(t, {
    tokens,
    confirmation: { member: 'jkt', scheme: 'DPoP', confirm: async () => undefined },
    challenge: { realm: 'a, b=c', resource_metadata: 'https://api.example.com/.well-known/x' },
  })
  const { challenges } = await send('opaque')
  t.deepEqual(
    challenges.map(({ scheme }) => scheme),
    ['Bearer', 'DPoP'],
  )
  t.is(challenges[0]?.parameters['error'], 'invalid_token')
  t.is(
    challenges[1]?.parameters['error'],
    undefined,
    'the error belongs to the scheme that was tried',
  )
  t.is(challenges[1]?.parameters['realm'], 'a, b=c')
})

test('RS-30: a browser application may read the challenge', async (t) => {
  const { send } = await protect(t, { tokens })
  const { headers } = await send('opaque', { headers: { Origin: 'https://app.example.com' } })
  t.is(headers.get('Access-Control-Expose-Headers'), 'WWW-Authenticate')
  t.is((await send('opaque')).headers.get('Access-Control-Expose-Headers'), null)
})

test('RS-31: a CORS preflight is not challenged, and goes no further', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const preflight = { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'GET' } }
  const { status, headers } = await send(undefined, preflight)
  t.is(status, 204)
  t.is(headers.get('WWW-Authenticate'), null)
  t.is(headers.get('Access-Control-Allow-Origin'), null)
  t.deepEqual(admitted, [], 'a header that anyone can send opens nothing')
  t.is((await send(undefined, { method: 'OPTIONS' })).status, 401)
  t.is((await send('opaque', preflight)).status, 401)
  t.is((await send(good, preflight)).status, 200)
})
