import Router from '@koa/router'
import test from 'ava'
import Koa from 'koa'
import Koa2 from 'koa2'
import {
  type Authentication,
  type AuthState,
  clientSecretBasic,
  clientSecretPost,
  type ConfirmationMethod,
  InsufficientScope,
  introspection,
  InvalidToken,
  jwt,
  memoryStore,
  requireAnyScope,
  requireResourceOwner,
  requireScope,
  resourceServer,
} from 'koa-resource-server'
import { authorizationServer } from 'koa-resource-server/testing'
import { audience, listen, protect, sender } from '../kit.ts'

const as = await authorizationServer({ audience, issuer: 'https://middleware.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const good = await as.accessToken({ scope: 'orders:read' })

test('anonymous: true lets requests without credentials pass, and no bad ones', async (t) => {
  const { send, admitted } = await protect(t, { tokens, anonymous: true })
  t.is((await send()).status, 200)
  t.deepEqual(admitted, [undefined])
  t.is((await send(undefined, { headers: { Authorization: 'Basic dTpw' } })).status, 200)
  t.is((await send(good)).status, 200)
  t.is(admitted[2]?.subject, 'resource-owner-1')
  t.is((await send(await as.accessToken({ exp: 1 }))).status, 401)
  t.is((await send('opaque')).status, 401)
  t.is((await send('a b')).status, 400)
  t.is(admitted.length, 3)
})

test('behind anonymous: true a guard asks for credentials, and for what they must be good', async (t) => {
  const { send } = await protect(
    t,
    { tokens, anonymous: true },
    requireScope('orders:read', 'orders:write'),
  )
  const { status, bearer } = await send()
  t.is(status, 401)
  t.deepEqual(bearer, { realm: audience, scope: 'orders:read orders:write' })
  t.is((await send(good)).status, 403)
})

test('a guard without resourceServer before it is a mistake of the programmer, and lets nothing pass', async (t) => {
  for (const guard of [requireScope('a'), requireAnyScope('a'), requireResourceOwner()]) {
    const app = new Koa()
    const errors: Error[] = []
    app.on('error', (error: Error) => errors.push(error))
    app.use(guard).use((ctx) => (ctx.body = 'through'))
    const { status, body } = await sender(await listen(t, app))(good)
    t.is(status, 500)
    t.not(body, 'through')
    t.regex(errors[0]?.message ?? '', /needs resourceServer\(\) before it/)
  }
})

test('requireScope wants all of its scopes, requireAnyScope one', async (t) => {
  const all = await protect(t, { tokens }, requireScope('a', 'b'))
  const any = await protect(t, { tokens }, requireAnyScope('a', 'b'))
  const statuses = async (scope: string): Promise<number[]> => {
    const token = await as.accessToken({ scope })
    return [(await all.send(token)).status, (await any.send(token)).status]
  }
  t.deepEqual(await statuses('b a c'), [200, 200])
  t.deepEqual(await statuses('a'), [403, 200])
  t.deepEqual(await statuses('c'), [403, 403])
})

test('requireResourceOwner refuses a client that acts on its own behalf', async (t) => {
  const { send } = await protect(t, { tokens }, requireResourceOwner())
  t.is((await send(good)).status, 200)
  const { status, bearer } = await send(await as.accessToken({ sub: 'client-1' }))
  t.is(status, 403)
  t.is(bearer?.['error'], 'insufficient_scope')
  t.regex(bearer?.['error_description'] ?? '', /resource owner/)
})

test('an application may throw an error of OAuth itself, again and again, and the answer is right', async (t) => {
  const denied = new InsufficientScope(['orders:vip'])
  const { send } = await protect(t, { tokens }, () => {
    throw denied
  })
  for (let i = 0; i < 2; i++) {
    const { status, bearer } = await send(good)
    t.is(status, 403)
    t.is(bearer?.['scope'], 'orders:vip')
  }
})

test('errors that are not of OAuth pass untouched', async (t) => {
  const { send, errors } = await protect(t, { tokens }, () => {
    throw new RangeError('mine')
  })
  const { status, headers } = await send(good)
  t.is(status, 500)
  t.is(headers.get('WWW-Authenticate'), null)
  t.is(errors[0]?.message, 'mine')
})

test('a handler of the application may answer refusals in its own words, the challenge stays', async (t) => {
  const app = new Koa()
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const { status, message } = error as InvalidToken
      ctx.status = status
      ctx.body = { error: message }
    }
  })
  app.use(resourceServer({ audience, tokens })).use((ctx) => (ctx.body = 'through'))
  const { status, bearer, headers, body } = await sender(await listen(t, app))('opaque')
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
  t.is(headers.get('Cache-Control'), 'no-store')
  t.deepEqual(JSON.parse(body), { error: 'The access token is malformed' })
})

test('refusals are no news for the error log, outages are', async (t) => {
  const app = new Koa()
  const logged: string[] = []
  const { error } = console
  console.error = (line: string) => logged.push(line)
  t.teardown(() => (console.error = error))
  const down = jwt({ issuer: 'https://down.example.com', jwksUri: 'http://127.0.0.1:1/jwks' })
  app.use(resourceServer({ audience, tokens: [tokens, down] }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))
  t.is((await send('opaque')).status, 401)
  t.deepEqual(logged, [])
  t.is((await send(await as.accessToken({ iss: 'https://down.example.com' }))).status, 503)
  t.regex(logged.join(), /AuthorizationServerUnavailable: .*127\.0\.0\.1:1\/jwks/)
})

test('with nested resource servers the inner one answers', async (t) => {
  const inner = resourceServer({ audience: 'urn:inner', tokens, challenge: { realm: 'inner' } })
  const { send } = await protect(t, { tokens, challenge: { realm: 'outer' } }, inner)
  const { status, bearer } = await send(good)
  t.is(status, 401)
  t.is(bearer?.['realm'], 'inner')
  t.is((await send()).bearer?.['realm'], 'outer')
})

test('RS-194 RFC 9700 §2.3: with nested resource servers a route can have an audience of its own', async (t) => {
  const inner = resourceServer({ audience: 'urn:inner', tokens })
  const { send, admitted } = await protect(t, { tokens }, inner)
  t.is((await send(await as.accessToken({ aud: [audience, 'urn:inner'] }))).status, 200)
  t.is((await send(await as.accessToken({ aud: 'urn:inner' }))).status, 401)
  t.is((await send(await as.accessToken({ aud: audience }))).status, 401)
  t.is(admitted.length, 1)
})

test('several issuers are several verifiers, opaque tokens go to the last', async (t) => {
  const other = await authorizationServer({ audience, issuer: 'https://other.example.com' })
  const live = await authorizationServer({ audience })
  t.teardown(() => live.close())
  const { send, admitted } = await protect(t, {
    tokens: [
      tokens,
      jwt({ issuer: other.issuer, jwks: other.jwks }),
      introspection({ issuer: live.issuer, clientAuth: clientSecretPost('api', 'secret') }),
    ],
  })
  t.is((await send(good)).status, 200)
  t.is((await send(await other.accessToken())).status, 200)
  t.is((await send(live.opaqueToken())).status, 200)
  t.deepEqual(
    admitted.map((auth) => auth?.issuer),
    [as.issuer, other.issuer, live.issuer],
  )
  t.is((await send(await other.accessToken({ exp: 1 }))).status, 401)
  t.is((await send('unknown')).status, 401)
})

test('a token that is bound to a key is refused where nothing confirms that', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  for (const cnf of [
    { jkt: 'x' },
    { 'x5t#S256': 'x' },
    { unheard: 'x' },
    {},
    { jkt: 7 },
    { jkt: null },
  ]) {
    const { status, bearer } = await send(await as.accessToken({ cnf }))
    t.is(status, 401, JSON.stringify(cnf))
    t.is(bearer?.['error'], 'invalid_token')
  }
  for (const cnf of ['x', [], null, 7]) {
    t.is((await send(await as.accessToken({ cnf }))).status, 401)
  }
  t.deepEqual(admitted, [])
})

test('each key that a token is bound to is confirmed, under the scheme that the method brings', async (t) => {
  const confirmed: string[] = []
  const method = (member: string, scheme?: string): ConfirmationMethod => ({
    member,
    ...(scheme && { scheme }),
    async confirm(request, credentials, thumbprint) {
      confirmed.push([request.method, credentials.scheme, member, thumbprint].join(' '))
      if (thumbprint === 'wrong') throw new InvalidToken('binding')
    },
  })
  const { send } = await protect(t, {
    tokens,
    confirmation: [method('jkt', 'DPoP'), method('x5t#S256')],
  })
  const under = async (scheme: string, cnf?: object): Promise<number> => {
    const token = await as.accessToken({ cnf })
    return (await send(undefined, { headers: { Authorization: `${scheme} ${token}` } })).status
  }
  t.is(await under('Bearer'), 200)
  t.is(await under('DPoP'), 401, 'an unbound token is no DPoP token')
  t.is(await under('DPoP', { jkt: 'a' }), 200)
  t.is(await under('Bearer', { jkt: 'a' }), 401, 'a bound token is no bearer token')
  t.is(await under('Bearer', { 'x5t#S256': 'b' }), 200)
  t.is(await under('DPoP', { 'x5t#S256': 'b', jkt: 'a' }), 200)
  t.is(await under('DPoP', { 'x5t#S256': 'wrong', jkt: 'a' }), 401)
  t.is(await under('DPoP', { jkt: 'a', unheard: 'c' }), 401)
  t.deepEqual(confirmed, [
    'GET DPoP jkt a',
    'GET Bearer x5t#S256 b',
    'GET DPoP x5t#S256 b',
    'GET DPoP jkt a',
    'GET DPoP x5t#S256 wrong',
  ])
})

test('senderConstrained refuses tokens that are bound to no key', async (t) => {
  const { send } = await protect(t, {
    tokens,
    senderConstrained: true,
    confirmation: { member: 'x5t#S256', confirm: async () => undefined },
  })
  t.is((await send(good)).status, 401)
  t.is((await send(await as.accessToken({ cnf: { 'x5t#S256': 'a' } }))).status, 200)
})

test('it serves Koa 2.16 alike', async (t) => {
  const app = new Koa2()
  app.use(resourceServer({ audience, tokens })).use(requireScope('orders:read'))
  app.use((ctx) => (ctx.body = ctx.state['auth']))
  const send = sender(await listen(t, app))
  t.is((await send(good)).status, 200)
  t.is((await send(await as.accessToken())).status, 403)
  const { status, bearer } = await send()
  t.is(status, 401)
  t.deepEqual(bearer, { realm: audience })
})

test('the types tell a router what stands on the context', async (t) => {
  const app = new Koa()
  const router = new Router<AuthState>()
  router.get('/', (ctx) => {
    const owner: string | undefined = ctx.state.auth.resourceOwner?.subject
    ctx.body = owner
  })
  router.get('/mine', requireResourceOwner(), (ctx) => {
    const owner: string = ctx.state.auth.resourceOwner.subject
    ctx.body = owner
  })
  const open = new Router<AuthState<Authentication | undefined>>()
  open.get('/open', (ctx) => {
    ctx.body = ctx.state.auth === undefined ? 'anonymous' : ctx.state.auth.issuer
  })
  app.use(resourceServer({ audience, tokens, anonymous: true }))
  app.use(open.routes()).use(router.routes())
  const send = sender(await listen(t, app))
  t.is((await send(good, { path: '/mine' })).body, 'resource-owner-1')
  t.is((await send(undefined, { path: '/open' })).body, 'anonymous')
  t.is((await send(undefined, { path: '/mine' })).status, 401)
})

const clientAuth = clientSecretBasic('api', 'secret')
const wrongOptions: [string, () => unknown, RegExp][] = [
  ['no options', () => resourceServer(undefined as never), /takes an object/],
  ['no audience', () => resourceServer({ tokens } as never), /audience must be .* it is missing/],
  ['empty audience', () => resourceServer({ audience: '', tokens }), /audience/],
  ['no audience in the array', () => resourceServer({ audience: [], tokens }), /audience/],
  ['no verifier', () => resourceServer({ audience } as never), /tokens must be/],
  ['no verifier in the array', () => resourceServer({ audience, tokens: [] }), /tokens/],
  ['something else', () => resourceServer({ audience, tokens: {} as never }), /tokens/],
  [
    'misspelled',
    () => resourceServer({ audience, tokens, anonymus: true } as never),
    /no option anonymus/,
  ],
  [
    'a string for a truth',
    () => resourceServer({ audience, tokens, anonymous: 'yes' as never }),
    /anonymous/,
  ],
  [
    'too much tolerance',
    () => resourceServer({ audience, tokens, clockTolerance: 61 }),
    /from 0 to 60/,
  ],
  ['negative', () => resourceServer({ audience, tokens, clockTolerance: -1 }), /clockTolerance/],
  [
    'not a number',
    () => resourceServer({ audience, tokens, clockTolerance: Number.NaN }),
    /clockTolerance/,
  ],
  ['no size', () => resourceServer({ audience, tokens, maxTokenSize: 0 }), /maxTokenSize/],
  [
    'no method',
    () => resourceServer({ audience, tokens, confirmation: {} as never }),
    /confirmation/,
  ],
  ['no issuer', () => jwt({} as never), /issuer must be .* it is missing/],
  ['issuer over http', () => jwt({ issuer: 'http://as.example.com' }), /issuer must be .*https/],
  ['issuer with a query', () => jwt({ issuer: 'https://as.example.com?a=b' }), /issuer/],
  ['issuer with a fragment', () => jwt({ issuer: 'https://as.example.com#' }), /issuer/],
  ['issuer that is no URL', () => jwt({ issuer: 'as.example.com' }), /issuer/],
  [
    'key set over http',
    () => jwt({ issuer: as.issuer, jwksUri: 'http://as.example.com/jwks' }),
    /jwksUri/,
  ],
  [
    'both',
    () => jwt({ issuer: as.issuer, jwks: as.jwks, jwksUri: `${as.issuer}/jwks` }),
    /exclude each other/,
  ],
  ['no key', () => jwt({ issuer: as.issuer, jwks: { keys: [] } }), /jwks must be/],
  [
    'no usable key',
    () => jwt({ issuer: as.issuer, jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }),
    /jwks must be/,
  ],
  ['HMAC', () => jwt({ issuer: as.issuer, algorithms: ['HS256'] }), /algorithms must be/],
  ['none', () => jwt({ issuer: as.issuer, algorithms: ['none'] }), /algorithms must be/],
  ['no algorithm', () => jwt({ issuer: as.issuer, algorithms: [] }), /algorithms must be/],
  ['no deadline', () => jwt({ issuer: as.issuer, timeout: 0 }), /timeout/],
  ['neither endpoint nor issuer', () => introspection({ clientAuth }), /endpoint, or the issuer/],
  ['no client auth', () => introspection({ issuer: as.issuer } as never), /clientAuth/],
  [
    'endpoint over http',
    () => introspection({ endpoint: 'http://as.example.com/i', clientAuth }),
    /endpoint/,
  ],
  ['endless', () => introspection({ issuer: as.issuer, clientAuth, maxAge: Infinity }), /maxAge/],
  [
    'no store',
    () => introspection({ issuer: as.issuer, clientAuth, store: new Map() as never }),
    /store/,
  ],
  ['no identifier', () => clientSecretBasic('', 'secret'), /client identifier/],
  ['no secret', () => clientSecretPost('api', ''), /client secret/],
  ['no entries', () => memoryStore({ maxEntries: 0 }), /maxEntries/],
]
for (const [title, make, message] of wrongOptions) {
  test(`a wrong option is a TypeError when the middleware is made: ${title}`, (t) => {
    t.throws(make, { instanceOf: TypeError, message })
  })
}

test('a wrong client secret is not repeated in the error', (t) => {
  const error = t.throws(() => clientSecretBasic(7 as never, 'hunter2'))
  t.false(error?.message.includes('hunter2'))
})

test('plain http is allowed to loopback', (t) => {
  for (const issuer of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000']) {
    t.notThrows(() => jwt({ issuer }))
  }
})

test('options are read once, and left as they were', async (t) => {
  const options = { audience: [audience], tokens: [tokens] }
  const frozen = Object.freeze({
    audience: Object.freeze([audience]),
    tokens: Object.freeze([tokens]),
  })
  t.notThrows(() => resourceServer(frozen))
  const { send } = await protect(t, options)
  options.audience.push('https://other.example.com')
  options.tokens.length = 0
  t.is((await send(good)).status, 200)
  t.is((await send(await as.accessToken({ aud: 'https://other.example.com' }))).status, 401)
})

test('two methods for one member of cnf are a wrong option', (t) => {
  const method = { member: 'jkt', confirm: async () => undefined }
  t.throws(() => resourceServer({ audience, tokens, confirmation: [method, { ...method }] }), {
    instanceOf: TypeError,
    message: /two methods/,
  })
})

test('what is to be forgotten is checked, whoever verifies the tokens', async (t) => {
  const server = resourceServer({ audience, tokens })
  await t.throwsAsync(server.evict({ subject: 'alice' } as never), { instanceOf: TypeError })
  await t.throwsAsync(server.evict({ sub: 'alice' }), { message: /is for introspection/ })
})

test('an error that is thrown again brings nothing of another request along', async (t) => {
  const reused = new InsufficientScope(['a'])
  let fields: Record<string, string> | undefined = { 'DPoP-Nonce': 'first' }
  const confirmation = { member: 'jkt', confirm: async () => fields }
  const { send } = await protect(t, { tokens, confirmation }, () => {
    throw reused
  })
  const token = await as.accessToken({ cnf: { jkt: 'a' } })
  t.is((await send(token)).headers.get('DPoP-Nonce'), 'first')
  fields = undefined
  t.is((await send(token)).headers.get('DPoP-Nonce'), null)
})

test('what the application exposes to scripts stays exposed', async (t) => {
  const app = new Koa()
  app.use(async (ctx, next) => {
    ctx.set('Access-Control-Expose-Headers', 'X-Total')
    try {
      await next()
    } catch (error) {
      ctx.status = (error as { status: number }).status
    }
  })
  app.use(resourceServer({ audience, tokens }))
  const headers = { Origin: 'https://app.example.com' }
  const answer = await sender(await listen(t, app))(undefined, { headers })
  t.is(answer.status, 401)
  t.is(answer.headers.get('Access-Control-Expose-Headers'), 'X-Total, WWW-Authenticate')
})
