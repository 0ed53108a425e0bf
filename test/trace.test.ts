import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import Router from '@koa/router'
import test, { type ExecutionContext } from 'ava'
import Koa from 'koa'
import nock from 'nock'
import {
  clientSecretBasic,
  type ExchangeMessage,
  InsufficientScope,
  introspection,
  InvalidToken,
  jwt,
  memoryStore,
  type RequestMessage,
  requireResourceOwner,
  requireScope,
  resourceServer,
  rfc7662,
  type StageMessage,
  type TokenVerifier,
} from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import {
  requireAudience,
  requireClaim,
  requireIssuer,
  requireFreshIntrospection,
  requireStepUp,
} from 'koa-resource-server/guards'
import { dpopKey } from 'koa-resource-server/testing'
import { sectionOf, sectionOfRefusal } from '../src/trace/sections.ts'
import { isHeard, startTrace } from '../src/trace/start.ts'
import { Trace } from '../src/trace/trace.ts'
import { audience, issuing, protect, sender, serve, until } from './kit.ts'

const clientAuth = clientSecretBasic('api', 'secret')

interface Told {
  readonly stages: StageMessage[]
  readonly requests: RequestMessage[]
  readonly exchanges: ExchangeMessage[]
}

/** All that is told until the test ends. */
function listen(t: ExecutionContext): Told {
  const told: Told = { stages: [], requests: [], exchanges: [] }
  const channels = {
    'koa-resource-server:stage': told.stages,
    'koa-resource-server:request': told.requests,
    'koa-resource-server:exchange': told.exchanges,
  }
  for (const [name, messages] of Object.entries(channels)) {
    const keep = (message: unknown): unknown => messages.push(message as never)
    subscribe(name, keep)
    t.teardown(() => unsubscribe(name, keep))
  }
  return told
}

/** What became of each stage, in the order in which it was told. */
function course(stages: readonly StageMessage[]): string[] {
  return stages.map(({ stage, outcome, guard, section }) =>
    [stage, ...(guard === undefined ? [] : [guard]), outcome, section].join(' '),
  )
}

/** Only what a message says. */
function present(message: object): object {
  return JSON.parse(JSON.stringify(message)) as object
}

test.serial(
  'a good JWT passes stage by stage, and is remembered from its third time on',
  async (t) => {
    const as = await issuing(t)
    const guards = [requireScope('orders:read'), requireResourceOwner()]
    const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }) }, ...guards)
    const token = await as.accessToken({ scope: 'orders:read', client_id: 'shop' })
    const { stages, requests } = listen(t)
    for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
    await until(() => requests.length === 3)

    const [first] = requests
    const of = (at: number): StageMessage[] =>
      stages.filter(({ request }) => request === requests[at]!.request)
    t.deepEqual(course(of(0)), [
      'read passed RFC 6750 §2',
      'check passed RFC 9068 §4',
      'verify passed RFC 9068 §4',
      'identify passed RFC 6749 §1.1',
      'confirm passed RFC 7800 §3.1',
      'authorize requireScope passed RFC 6750 §3.1',
      'authorize requireResourceOwner passed RFC 6750 §3.1',
    ])
    t.deepEqual(
      of(2).map(({ stage, cache }) => [stage, cache]),
      [
        ['read', undefined],
        ['verify', 'hit'],
        ['check', undefined],
        ['confirm', undefined],
        ['authorize', undefined],
        ['authorize', undefined],
      ],
    )
    t.deepEqual(
      requests.map(({ cache }) => cache),
      ['miss', 'miss', 'hit'],
    )
    t.deepEqual(present({ ...first, request: 0, duration: 0 }), {
      request: 0,
      outcome: 'passed',
      scheme: 'Bearer',
      issuer: as.issuer,
      client: 'shop',
      cache: 'miss',
      duration: 0,
    })
    t.deepEqual(
      requests.map(({ request }) => request - first!.request),
      [0, 1, 2],
    )
    for (const { issuer, client, stage } of of(1)) {
      const known = { read: [], check: [as.issuer], verify: [as.issuer] }[stage as string]
      t.deepEqual([issuer, client].filter(Boolean), known ?? [as.issuer, 'shop'], stage)
    }
  },
)

test.serial('durations are seconds; what is part of a stage counts once', async (t) => {
  const as = await issuing(t)
  const slow = 0.2
  const dialect = {
    ...rfc7662,
    get requiredClaims() {
      const until = performance.now() + slow * 1000
      while (performance.now() < until);
      return []
    },
  }
  const { send } = await protect(t, {
    tokens: {
      accepts: () => true,
      async verify({ value }, check) {
        const facts = { claims: as.introspect(value), dialect, issuer: as.issuer }
        check(facts)
        return facts
      },
    },
  })
  const { stages, requests } = listen(t)
  t.is((await send(as.opaqueToken())).status, 200)
  const duration = (stage: string): number =>
    stages.find((message) => message.stage === stage)!.duration
  t.true(duration('check') >= slow)
  t.true(duration('verify') >= duration('check'))
  t.true(requests[0]!.duration >= duration('verify'))
  t.true(requests[0]!.duration < 2 * slow)
})

test.serial('each refusal is told with its stage, its reason and what it rests on', async (t) => {
  const as = await issuing(t)
  const foreign = await issuing(t)
  const tokens = jwt({ issuer: as.issuer })
  const { send } = await protect(t, { tokens, confirmation: dpop() })
  const { stages, requests } = listen(t)
  const past = Math.floor(Date.now() / 1000) - 1000
  const { kid } = as.jwks.keys[0]!
  const bound = await as.accessToken({ cnf: { jkt: 'A'.repeat(43) } })
  const cases: readonly (readonly [string | undefined, RequestInit, object])[] = [
    [undefined, {}, { stage: 'read', error: 'MissingCredentials', section: 'RFC 6750 §3.1' }],
    [
      'a b',
      {},
      {
        stage: 'verify',
        error: 'InvalidRequest',
        code: 'invalid_request',
        section: 'RFC 6750 §3.1',
      },
    ],
    ['opaque', {}, { stage: 'verify', reason: 'malformed', section: 'RFC 6750 §3.1' }],
    [
      await foreign.accessToken(),
      {},
      { stage: 'verify', reason: 'unknown-issuer', section: 'RFC 9068 §4' },
    ],
    [
      await as.accessToken({ exp: past }),
      {},
      { stage: 'check', reason: 'expired', section: 'RFC 7519 §4.1.4', issuer: as.issuer },
    ],
    [
      await as.accessToken({ aud: 'https://other.example.com' }),
      {},
      { stage: 'check', reason: 'audience', section: 'RFC 9068 §4', issuer: as.issuer },
    ],
    [
      await as.accessToken({}, { typ: 'JWT' }),
      {},
      { stage: 'verify', reason: 'typ', section: 'RFC 8725 §3.11', issuer: as.issuer },
    ],
    [
      await foreign.accessToken({ iss: as.issuer }, { kid }),
      {},
      { stage: 'verify', reason: 'signature', section: 'RFC 7515 §5.2', issuer: as.issuer },
    ],
    [
      bound,
      {},
      {
        stage: 'confirm',
        reason: 'binding',
        section: 'RFC 7800 §3.1',
        issuer: as.issuer,
        client: 'client-1',
        cache: 'miss',
      },
    ],
    [
      undefined,
      { headers: { Authorization: `DPoP ${bound}` } },
      {
        stage: 'confirm',
        error: 'InvalidDpopProof',
        reason: 'missing',
        code: 'invalid_dpop_proof',
        section: 'RFC 9449 §4.3',
        issuer: as.issuer,
        client: 'client-1',
        scheme: 'DPoP',
        cache: 'miss',
      },
    ],
  ]
  for (const [token, init, expected] of cases) {
    const { status } = await send(token, init)
    const { scheme = 'Bearer', reason, error } = expected as RequestMessage
    const usual =
      error !== undefined || reason === undefined
        ? {}
        : { error: 'InvalidToken', code: 'invalid_token' }
    const wanted = { outcome: 'refused', ...usual, ...expected }
    const request = requests.at(-1)!
    const told = present({ ...request, request: undefined, duration: undefined })
    const readAtLeast = (expected as RequestMessage).stage === 'read' ? {} : { scheme }
    t.deepEqual(told, { ...wanted, status, ...readAtLeast }, JSON.stringify(expected))

    const last = stages.at(-1)!
    t.true(last.duration > 0 && last.duration < 10)
    t.true(request.duration >= last.duration)
    t.is(last.request, request.request)
    const { cache: _, scheme: __, ...ofStage } = wanted as RequestMessage
    t.deepEqual(present({ ...last, request: undefined, duration: undefined }), ofStage)
    t.is(
      stages.filter((each) => each.request === last.request && each.outcome !== 'passed').length,
      1,
    )
  }
})

test.serial('guards are told by name, and the one whose refusal is answered', async (t) => {
  const as = await issuing(t)
  const broken = requireClaim('tenant', () => {
    throw new Error('the database is down')
  })
  const cases: readonly (readonly [Koa.Middleware<any>, object, string[], object])[] = [
    [
      requireScope('orders:write'),
      { scope: 'orders:read' },
      ['requireScope refused RFC 6750 §3.1'],
      { status: 403, error: 'InsufficientScope', code: 'insufficient_scope' },
    ],
    [
      requireAudience('https://other.example.com'),
      {},
      ['requireAudience refused RFC 9068 §4'],
      { status: 401, reason: 'audience' },
    ],
    [
      requireStepUp({ acrValues: ['gold'] }),
      { acr: 'bronze' },
      ['requireStepUp refused RFC 9470 §3'],
      { status: 401, error: 'InsufficientUserAuthentication' },
    ],
    [
      broken,
      { tenant: 'a' },
      ['requireClaim unavailable RFC 6750 §3.1'],
      { status: 503, error: 'CheckUnavailable', outcome: 'unavailable' },
    ],
    [
      () => {
        throw new InsufficientScope(['orders:write'])
      },
      {},
      ['refused RFC 6750 §3.1'],
      { status: 403, error: 'InsufficientScope' },
    ],
  ]
  for (const [guard, claims, expected, ended] of cases) {
    const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }) }, guard)
    const { stages, requests } = listen(t)
    const { status } = await send(await as.accessToken(claims))
    const authorize = stages.filter(({ stage }) => stage === 'authorize')
    t.deepEqual(
      course(authorize).map((line) => line.replace('authorize ', '')),
      expected,
    )
    t.like(requests.at(-1), { stage: 'authorize', status, ...ended })
  }
})

test.serial('what the application itself throws is no refusal', async (t) => {
  const as = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }) }, (ctx) => {
    ctx.throw(404)
  })
  const { stages, requests } = listen(t)
  t.is((await send(await as.accessToken())).status, 404)
  t.is(requests.at(-1)!.outcome, 'passed')
  t.true(stages.every(({ outcome }) => outcome === 'passed'))
})

test.serial('introspection tells whether the answer was remembered, and each call', async (t) => {
  const as = await issuing(t)
  const endpoint = `${as.issuer}/introspect`
  const store = memoryStore()
  const tokens = introspection({ endpoint, clientAuth, store, maxAge: 1, maxStale: 60 })
  const { send } = await protect(t, { tokens })
  const { stages, requests, exchanges } = listen(t)
  const token = as.opaqueToken({ client_id: 'shop' })
  for (let again = 0; again < 2; again += 1) t.is((await send(token)).status, 200)
  t.deepEqual(
    requests.map(({ cache, issuer }) => [cache, issuer]),
    [
      ['miss', as.issuer],
      ['hit', as.issuer],
    ],
  )
  t.deepEqual(course(stages.filter(({ stage }) => stage === 'verify' || stage === 'check')), [
    'verify passed RFC 7662 §2.2',
    'check passed RFC 7662 §2.2',
    'verify passed RFC 7662 §2.2',
    'check passed RFC 7662 §2.2',
  ])
  t.is((await send('unknown')).status, 401)
  t.like(requests.at(-1), { stage: 'verify', reason: 'inactive', section: 'RFC 7662 §2.2' })
  await as.close()
  await until(() => requests.length === 3)
  const known = requests.length
  while (requests.at(-1)!.cache !== 'stale' && requests.length < known + 10_000) await send(token)
  t.like(requests.at(-1), { outcome: 'passed', cache: 'stale' })
  t.is((await send('another')).status, 503)
  t.like(requests.at(-1), {
    outcome: 'unavailable',
    stage: 'verify',
    status: 503,
    error: 'AuthorizationServerUnavailable',
  })
  t.like(exchanges[0], { url: endpoint, method: 'POST', outcome: 'answered', status: 200 })
  t.like(exchanges.at(-1), { url: endpoint, method: 'POST', outcome: 'failed', status: undefined })
  t.true(exchanges[0]!.duration > 0)
})

test.serial('a remembered answer of an authorization server is no JWT', async (t) => {
  const as = await issuing(t)
  const tokens = introspection({ endpoint: `${as.issuer}/introspect`, clientAuth })
  const { send } = await protect(t, { tokens })
  const { stages, requests } = listen(t)
  const token = as.opaqueToken({ client_id: 'shop' })
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  const last = stages.filter(({ request }) => request === requests[2]!.request)
  t.deepEqual(course(last).slice(1, 3), [
    'verify passed RFC 7662 §2.2',
    'check passed RFC 7662 §2.2',
  ])
  t.like(requests[2], { cache: 'hit', client: 'shop', issuer: as.issuer })
})

test.serial('the query of a URL is not told, in which there may be a secret', async (t) => {
  const as = await issuing(t)
  const endpoint = `${as.issuer}/introspect`
  const tokens = introspection({ endpoint: `${endpoint}?key=secret`, clientAuth })
  const { send } = await protect(t, { tokens })
  const { exchanges } = listen(t)
  t.is((await send(as.opaqueToken())).status, 503)
  t.like(exchanges[0], { url: endpoint, status: 404 })
})

test.serial('nor is it where the endpoint stands for an issuer that is not named', async (t) => {
  const endpoint = `https://${randomUUID()}.example.com/introspect`
  const answer = { active: true, sub: 'a', aud: audience }
  nock(new URL(endpoint).origin).post('/introspect?key=secret').reply(200, answer)
  const tokens = introspection({ endpoint: `${endpoint}?key=secret`, clientAuth })
  const { send, admitted } = await protect(t, { tokens })
  const told = listen(t)
  t.is((await send('token')).status, 200)
  t.is(told.requests[0]!.issuer, endpoint)
  t.is(admitted[0]!.issuer, endpoint)
  t.false(JSON.stringify(told).includes('secret'))
})

const rows: readonly (readonly [code: string | undefined, reason: string | undefined, string])[] = [
  [undefined, undefined, 'RFC 6750 §3.1'],
  ['invalid_request', undefined, 'RFC 6750 §3.1'],
  ['insufficient_user_authentication', undefined, 'RFC 9470 §3'],
  ['invalid_dpop_proof', 'signature', 'RFC 9449 §4.3'],
  ['use_dpop_nonce', undefined, 'RFC 9449 §9'],
  ['invalid_token', 'malformed', 'RFC 6750 §3.1'],
  ['invalid_token', 'unknown-issuer', 'RFC 9068 §4'],
  ['invalid_token', 'typ', 'RFC 8725 §3.11'],
  ['invalid_token', 'algorithm', 'RFC 8725 §3.1'],
  ['invalid_token', 'critical', 'RFC 7515 §4.1.11'],
  ['invalid_token', 'unknown-key', 'RFC 7515 §6'],
  ['invalid_token', 'signature', 'RFC 7515 §5.2'],
  ['invalid_token', 'claims', 'RFC 9068 §2.2'],
  ['invalid_token', 'issuer', 'RFC 9068 §4'],
  ['invalid_token', 'audience', 'RFC 9068 §4'],
  ['invalid_token', 'expired', 'RFC 7519 §4.1.4'],
  ['invalid_token', 'lifetime', 'RFC 6750 §5.3'],
  ['invalid_token', 'not-yet-valid', 'RFC 7519 §4.1.5'],
  ['invalid_token', 'inactive', 'RFC 7662 §2.2'],
  ['invalid_token', 'token-type', 'RFC 6749 §7.1'],
  ['invalid_token', 'binding', 'RFC 7800 §3.1'],
  ['invalid_token', 'unbound', 'RFC 9700 §2.2.1'],
  ['invalid_token', 'changed', 'RFC 7662 §4'],
]
for (const [code, reason, section] of rows) {
  test(`${code ?? 'no credentials'}${reason === undefined ? '' : `, ${reason}`}: ${section}`, (t) => {
    const refusal = {
      outcome: 'refused',
      error: 'Error',
      code,
      reason: reason as StageMessage['reason'],
    } as const
    t.is(sectionOfRefusal(refusal, false), section)
    const introspected = section.startsWith('RFC 9068') ? 'RFC 7662 §2.2' : section
    t.is(sectionOfRefusal(refusal, true), introspected)
    t.is(sectionOfRefusal({ ...refusal, outcome: 'unavailable' }, false), undefined)
  })
}

test('stages rest on the RFC of their kind of token', (t) => {
  t.deepEqual(
    [sectionOf('verify', false), sectionOf('check', false)],
    ['RFC 9068 §4', 'RFC 9068 §4'],
  )
  t.deepEqual(
    [sectionOf('verify', true), sectionOf('check', true)],
    ['RFC 7662 §2.2', 'RFC 7662 §2.2'],
  )
  t.is(sectionOf('confirm', true), 'RFC 7800 §3.1')
})

test.serial('the fetches of metadata and keys are told', async (t) => {
  const as = await issuing(t)
  const { exchanges } = listen(t)
  await resourceServer({ audience, tokens: jwt({ issuer: as.issuer }) }).ready()
  t.deepEqual(
    exchanges.map(({ url, method, status }) => [method, url.slice(as.issuer.length), status]),
    [
      ['GET', '/.well-known/oauth-authorization-server', 200],
      ['GET', '/jwks', 200],
    ],
  )
})

test.serial('a token asked about anew is told of by the guard that demands it', async (t) => {
  const as = await issuing(t)
  const tokens = introspection({ endpoint: `${as.issuer}/introspect`, clientAuth })
  const { send } = await protect(t, { tokens }, requireFreshIntrospection(0))
  const { stages } = listen(t)
  t.is((await send(as.opaqueToken())).status, 200)
  t.is(course(stages).at(-1), 'authorize requireFreshIntrospection passed RFC 6750 §3.1')
})

test.serial('messages come in the async context of their request', async (t) => {
  const as = await issuing(t)
  const context = new AsyncLocalStorage<string>()
  const app = new Koa()
  app.use((ctx, next) => context.run(ctx.path, next))
  app.use(resourceServer({ audience, tokens: jwt({ issuer: as.issuer }) }))
  const send = sender(await serve(t, app.callback()))
  const seen: (string | undefined)[] = []
  const keep = (): unknown => seen.push(context.getStore())
  for (const name of ['stage', 'request', 'exchange']) {
    subscribe(`koa-resource-server:${name}`, keep)
    t.teardown(() => unsubscribe(`koa-resource-server:${name}`, keep))
  }
  await send(await as.accessToken(), { path: '/here' })
  t.deepEqual([...new Set(seen)], ['/here'])
  t.true(seen.length > 7)
})

test.serial('a preflight request is no request for the resource', async (t) => {
  const as = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }) })
  const { requests, stages } = listen(t)
  const headers = { 'Access-Control-Request-Method': 'GET' }
  t.is((await send(undefined, { method: 'OPTIONS', headers })).status, 204)
  t.deepEqual([requests, stages], [[], []])
})

test.serial('nothing of a token is told but issuer and client', async (t) => {
  const as = await issuing(t)
  const key = await dpopKey()
  const secret = 'told-to-nobody'
  const endpoint = `${as.issuer}/introspect`
  const { send, url } = await protect(
    t,
    {
      tokens: [jwt({ issuer: as.issuer }), introspection({ endpoint, clientAuth })],
      confirmation: dpop(),
    },
    requireScope(secret),
  )
  const claims = { sub: secret, scope: secret, jti: secret, username: secret, act: { sub: secret } }
  const bound = await as.accessToken({ ...claims, cnf: { jkt: key.jkt } })
  const tokens = [
    await as.accessToken(claims),
    await as.accessToken({ ...claims, exp: 1 }),
    await as.accessToken({ ...claims, aud: secret }),
    await as.accessToken({ ...claims, iss: secret }),
    await as.accessToken({ ...claims, scope: 'other' }),
    await as.accessToken(claims, { kid: secret, alg: 'ES256' }),
    await as.accessToken(claims, { typ: secret }),
    as.opaqueToken(claims),
    secret,
  ]
  const { stages, requests, exchanges } = listen(t)
  const statuses: number[] = []
  for (const token of tokens) {
    for (let again = 0; again < 3; again += 1) statuses.push((await send(token)).status)
  }
  const proof = await key.proof({ method: 'GET', url: `${url}/`, token: bound })
  const headers = { Authorization: `DPoP ${bound}`, DPoP: proof }
  for (let again = 0; again < 2; again += 1) {
    statuses.push((await send(undefined, { headers })).status)
  }
  t.deepEqual(new Set(statuses), new Set([200, 401, 403]))
  const all = JSON.stringify([stages, requests, exchanges])
  t.false(all.includes(secret))
  for (const token of [...tokens, bound, proof]) t.false(all.includes(token.slice(0, 20)), token)
  t.false(all.includes(key.jkt))
})

test.serial('no trace is started while nobody listens', async (t) => {
  t.false(isHeard())
  listen(t)
  t.true(isHeard())
  t.true((await startTrace()) instanceof Trace)
})

test.serial(
  'a guard is named where there are no credentials, and nobody who did not judge',
  async (t) => {
    const as = await issuing(t)
    const tokens = jwt({ issuer: as.issuer })
    const { send } = await protect(t, { tokens, anonymous: true }, requireScope('orders:read'))
    const { stages, requests } = listen(t)
    t.is((await send()).status, 401)
    t.deepEqual(course(stages), [
      'read passed RFC 6750 §2',
      'authorize requireScope refused RFC 6750 §3.1',
    ])
    t.like(requests[0], { stage: 'authorize', guard: 'requireScope', error: 'MissingCredentials' })
  },
)

test.serial('a client is told only by a name that a line of a log can hold', async (t) => {
  const as = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }) })
  const { requests } = listen(t)
  const ids = ['shop', 'two\nlines', 'a'.repeat(256), 'a'.repeat(257), 'Grüße']
  for (const id of ids) t.is((await send(await as.accessToken({ client_id: id }))).status, 200)
  t.deepEqual(
    requests.map(({ client }) => client),
    ['shop', undefined, 'a'.repeat(256), undefined, undefined],
  )
})

test.serial('of the guards of a route the one is told whose refusal is answered', async (t) => {
  const as = await issuing(t)
  const router = new Router()
  const guards = [
    requireResourceOwner(),
    requireScope('orders:read'),
    requireIssuer(as.issuer),
    requireAudience('https://other.example.com'),
  ] as const
  router.get('/', ...(guards as readonly Koa.Middleware<any>[]), (ctx) => {
    ctx.body = 'in'
  })
  const { send } = await protect(
    t,
    { tokens: jwt({ issuer: as.issuer }) },
    router.routes() as Koa.Middleware,
  )
  const { stages } = listen(t)
  t.is((await send(await as.accessToken())).status, 401)
  t.deepEqual(course(stages.filter(({ stage }) => stage === 'authorize')), [
    'authorize requireResourceOwner passed RFC 6750 §3.1',
    'authorize requireAudience refused RFC 9068 §4',
  ])
})

test.serial('what the application makes of a refusal is what is told', async (t) => {
  const as = await issuing(t)
  const catching =
    (answer: (ctx: Koa.Context) => void): Koa.Middleware =>
    async (ctx, next) => {
      try {
        await next()
      } catch {
        answer(ctx)
      }
    }
  const cases: readonly (readonly [(ctx: Koa.Context) => void, object])[] = [
    [(ctx) => (ctx.body = 'all the same'), { outcome: 'passed' }],
    [(ctx) => ctx.throw(418), { outcome: 'passed' }],
    [
      () => {
        throw new InvalidToken('changed')
      },
      { outcome: 'refused', stage: 'authorize', reason: 'changed', guard: undefined, status: 401 },
    ],
  ]
  for (const [answer, expected] of cases) {
    const guards = [catching(answer), requireScope('orders:read')]
    const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }) }, ...guards)
    const { requests } = listen(t)
    await send(await as.accessToken())
    t.is(requests.length, 1)
    const { outcome, stage, reason, guard, status } = requests[0]!
    t.deepEqual(present({ outcome, stage, reason, guard, status }), present(expected))
  }
})

/** Errors, facts and verifiers that behave as they should not. */
class Odd extends InsufficientScope {
  get reason(): string {
    throw new Error('not to be read')
  }
}
const dialect = { ...rfc7662, requiredClaims: [] }
const facts = { claims: { sub: 'a' }, dialect, issuer: 'https://as.example.com' }
const odd: readonly (readonly [string, Partial<TokenVerifier>, Koa.Middleware, string[]])[] = [
  ['an error that throws when it is read', {}, thrower(new Odd(['a'])), []],
  ['no error at all', {}, thrower('a text'), ['passed']],
  [
    'an error with a text for a name',
    {},
    thrower(Object.assign(new InsufficientScope(['a']), { name: 'the token is ey…' })),
    ['refused Error'],
  ],
  [
    'a reason that is a text',
    {},
    thrower(Object.assign(new InsufficientScope(['a']), { reason: 'the token is ey…' })),
    ['refused InsufficientScope'],
  ],
  [
    'a foreign error of a verifier',
    { verify: async () => throwing(Object.assign(new Error('ey…'), { name: 'ey…', code: 'ey…' })) },
    thrower('a text'),
    ['unavailable Error'],
  ],
  [
    'a promise of another kind',
    { verify: () => thenable(facts) },
    (ctx) => {
      ctx.body = 'in'
    },
    ['passed'],
  ],
]
for (const [title, verifier, after, expected] of odd) {
  test.serial(`answers are the same while somebody listens: ${title}`, async (t) => {
    const tokens = { accepts: () => true, verify: async () => facts, ...verifier }
    const { send } = await protect(t, { tokens }, after)
    const before = await send('token')
    const { requests } = listen(t)
    const { status, body, challenges } = await send('token')
    t.deepEqual([status, body, challenges], [before.status, before.body, before.challenges])
    t.deepEqual(
      requests.map(({ outcome, error }) => [outcome, error].filter(Boolean).join(' ')),
      expected,
    )
    t.false(JSON.stringify(requests).includes('ey…'))
  })
}

function thrower(error: unknown): Koa.Middleware {
  return () => throwing(error)
}

function throwing(error: unknown): never {
  throw error
}

function thenable<T>(value: T): Promise<T> {
  const then = (resolve: (value: T) => void): void => void setImmediate(() => resolve(value))
  // oxlint-disable-next-line unicorn/no-thenable -- as of another library
  return { then } as unknown as Promise<T>
}
