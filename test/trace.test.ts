import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import test, { type ExecutionContext } from 'ava'
import Koa from 'koa'
import {
  clientSecretBasic,
  type ExchangeMessage,
  InsufficientScope,
  introspection,
  jwt,
  memoryStore,
  type RequestMessage,
  requireResourceOwner,
  requireScope,
  resourceServer,
  rfc7662,
  type StageMessage,
} from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import {
  requireAudience,
  requireClaim,
  requireFreshIntrospection,
  requireStepUp,
} from 'koa-resource-server/guards'
import { dpopKey } from 'koa-resource-server/testing'
import { startTrace } from '../src/trace/start.ts'
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
    [undefined, {}, { stage: 'read', error: 'MissingCredentials', section: 'RFC 6750 §3' }],
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
    ['opaque', {}, { stage: 'verify', reason: 'malformed', section: 'RFC 6750 §2.1' }],
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
  t.deepEqual(course(stages.filter(({ stage }) => stage === 'verify')), [
    'verify passed RFC 7662 §2.2',
    'verify passed RFC 7662 §2.2',
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

test.serial('the query of a URL is not told, in which there may be a secret', async (t) => {
  const as = await issuing(t)
  const endpoint = `${as.issuer}/introspect`
  const tokens = introspection({ endpoint: `${endpoint}?key=secret`, clientAuth })
  const { send } = await protect(t, { tokens })
  const { exchanges } = listen(t)
  t.is((await send(as.opaqueToken())).status, 503)
  t.like(exchanges[0], { url: endpoint, status: 404 })
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
  const { requests } = listen(t)
  const headers = { 'Access-Control-Request-Method': 'GET' }
  t.is((await send(undefined, { method: 'OPTIONS', headers })).status, 204)
  t.deepEqual(requests, [])
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

test.serial('nothing is told to nobody: the code for it is not even loaded', async (t) => {
  t.is(startTrace(), undefined)
  const { stages } = listen(t)
  t.not(startTrace(), undefined)
  t.deepEqual(stages, [])
})
