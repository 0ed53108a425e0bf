import Router from '@koa/router'
import test, { type ExecutionContext } from 'ava'
import Koa, { type Middleware } from 'koa'
import {
  allOf,
  anyOf,
  type AuthState,
  InsufficientScope,
  jwt,
  requireAnyScope,
  requireResourceOwner,
  requireScope,
  resourceServer,
  type ResourceServerOptions,
} from 'koa-resource-server'
import {
  requireActor,
  requireAll,
  requireAudience,
  requireAuthorizationDetails,
  requireClaim,
  requireClientItself,
  requireIssuer,
  requireNoActor,
  requirePermission,
  requireRole,
  requireStepUp,
} from 'koa-resource-server/guards'
import { authorizationServer } from 'koa-resource-server/testing'
import { type Answer, audience, listen, protect, sender } from '../kit.ts'
import { koas, routed } from '../routed.ts'

const as = await authorizationServer({ audience, issuer: 'https://guards.example.com' })
const tokens = jwt({
  issuer: as.issuer,
  jwks: as.jwks,
  dialect: { permissions: [['permissions']] },
})
const through: Middleware = (ctx) => (ctx.body = 'through')
const now = Math.floor(Date.now() / 1000)

test('RS-232: a declared hierarchy counts when sufficiency is judged, and in what is asked for', async (t) => {
  const scopeHierarchy = { 'orders:admin': ['orders:write'], 'orders:write': ['orders:read'] }
  const { send } = await protect(
    t,
    { tokens, scopeHierarchy },
    requireScope('orders:read', anyOf('orders:write', 'stock:write')),
  )
  for (const scope of ['orders:write', 'orders:admin', 'orders:read stock:write']) {
    t.is((await send(await as.accessToken({ scope }))).status, 200, scope)
  }
  for (const scope of ['orders:read', 'stock:write', 'orders', 'orders:*', '*', '']) {
    const { status, bearer } = await send(await as.accessToken({ scope }))
    t.is(status, 403, scope)
    t.is(bearer?.['scope'], scope === 'stock:write' ? 'orders:read stock:write' : 'orders:write')
  }
})

test('RS-232: a wildcard counts where it is declared, and nowhere else', async (t) => {
  const guard = requireScope('orders:read')
  const declared = await protect(t, { tokens, scopeHierarchy: { 'orders:*': ['orders:*'] } }, guard)
  const undeclared = await protect(t, { tokens }, guard)
  const token = await as.accessToken({ scope: 'orders:*' })
  t.is((await declared.send(token)).status, 200)
  t.is((await undeclared.send(token)).status, 403)
})

test('a wrong hierarchy is refused at once', (t) => {
  const wrong = [{ a: ['b'], b: ['a'] }, { a: 'b' }, ['a'], 'a', { 'a b': ['c'] }]
  for (const scopeHierarchy of wrong) {
    const options = { audience, tokens, scopeHierarchy } as unknown as ResourceServerOptions
    t.throws(() => resourceServer(options), { instanceOf: TypeError, message: /scopeHierarchy/ })
  }
})

test('RS-233: a challenge never asks for offline_access', async (t) => {
  t.throws(() => requireScope('offline_access'), { instanceOf: TypeError })
  t.throws(() => requireScope(anyOf('a', allOf('offline_access'))), { instanceOf: TypeError })
  const options = { audience, tokens, challenge: { scope: 'a offline_access' } }
  t.throws(() => resourceServer(options), { instanceOf: TypeError })
  const { send } = await protect(t, { tokens }, () => {
    throw new InsufficientScope(['offline_access', 'a'])
  })
  t.is((await send(await as.accessToken())).bearer?.['scope'], 'a')
})

const composed: readonly (readonly [
  title: string,
  guards: readonly Middleware<any>[],
  claims: object,
  status: number,
  error: string,
  asked: Readonly<Record<string, string>>,
  why: RegExp,
])[] = [
  [
    'RS-231: all scopes of the route in one challenge, though one is there',
    [requireScope('a'), requireScope('b'), requireAnyScope('c', 'd')],
    { scope: 'a' },
    403,
    'insufficient_scope',
    { scope: 'a b c' },
    /lacks a scope/,
  ],
  [
    'RS-231: of alternatives that of which least is lacking',
    [requireScope('a'), requireScope('b'), requireAnyScope('c', 'd')],
    { scope: 'b d' },
    403,
    'insufficient_scope',
    { scope: 'a b d' },
    /lacks a scope/,
  ],
  [
    'a role that is lacking, before scope that could be had',
    [requireScope('a'), requireRole('editor')],
    {},
    403,
    'insufficient_scope',
    {},
    /lacks a role/,
  ],
  [
    'on whose behalf, before step-up',
    [requireStepUp({ acrValues: ['gold'] }), requireClientItself()],
    {},
    403,
    'insufficient_scope',
    {},
    /client got on its own behalf/,
  ],
  [
    'another audience, before all else',
    [requireRole('editor'), requireScope('a'), requireAudience('https://other.example.com')],
    {},
    401,
    'invalid_token',
    {},
    /another audience/,
  ],
  [
    'another issuer',
    [requireScope('a'), requireNoActor(), requireIssuer('https://other.example.com')],
    {},
    401,
    'invalid_token',
    {},
    /another issuer/,
  ],
  [
    'an actor, before details',
    [requireAuthorizationDetails('payment'), requireActor('back-end')],
    {},
    403,
    'insufficient_scope',
    {},
    /another actor/,
  ],
  [
    'step-up with scope, before details',
    [requireAuthorizationDetails('payment'), requireScope('a'), requireStepUp({ maxAge: 60 })],
    {},
    401,
    'insufficient_user_authentication',
    { scope: 'a', max_age: '60' },
    /another authentication/,
  ],
  [
    'the first of two alike',
    [requireScope('a'), requireRole('editor'), requirePermission('write')],
    {},
    403,
    'insufficient_scope',
    {},
    /lacks a role/,
  ],
  [
    'a check ahead that fails says nothing',
    [
      requireScope('a'),
      requireClaim('sub', () => {
        throw new Error('mine')
      }),
    ],
    {},
    403,
    'insufficient_scope',
    { scope: 'a' },
    /lacks a scope/,
  ],
]

async function refusedBy(
  t: ExecutionContext,
  send: (token: string) => Promise<Answer>,
  [, , claims, status, error, asked, why]: (typeof composed)[number],
): Promise<void> {
  const answer = await send(await as.accessToken(claims))
  const {
    realm: _,
    error: code,
    error_description: description,
    ...parameters
  } = answer.bearer ?? {}
  t.deepEqual([answer.status, code, parameters], [status, error, asked])
  t.regex(description ?? '', why)
}

for (const one of composed) {
  const [title, guards] = one
  for (const [name, koa] of koas) {
    test(`${title}, ${name}`, async (t) => {
      const handler: Middleware = (ctx) => (ctx.body = 'through')
      const define: readonly ((router: Router<AuthState>) => void)[] = [
        (router) => router.get('/', ...guards, handler),
        (router) => router.get('/', requireAll(...guards), handler),
        (router) => router.use(...guards).get('/', handler),
        (router) => router.use(guards[0]!).get('/', ...guards.slice(1), handler),
      ]
      for (const each of define) {
        await refusedBy(t, await routed(t, { tokens }, each, koa), one)
      }
    })
  }
}

test('however guards are put together, a request passes if each of them alone would admit it', async (t) => {
  const guards: readonly Middleware<any>[] = [
    requireScope('a'),
    requireScope(anyOf('b', allOf('a', 'c'))),
    requireResourceOwner(),
    requireClientItself(),
    requireStepUp({ acrValues: ['gold'] }),
    requireRole('editor'),
    requireNoActor(),
    requireAuthorizationDetails('payment', async ({ amount }) => amount === 1),
    requireClaim('tier', async (tier) => tier === 1),
  ]
  const gold = { acr: 'gold', roles: ['editor'], tier: 1 }
  const claims: readonly object[] = [
    {},
    { scope: 'a c', ...gold },
    { scope: 'a b', ...gold, authorization_details: [{ type: 'payment', amount: 1 }] },
    { scope: 'b', sub: 'client-1', roles: ['editor'] },
    { scope: 'a', tier: 1, act: { sub: 'x' } },
    { scope: 'a b c', acr: 'gold', authorization_details: [{ type: 'payment', amount: 2 }] },
  ]
  const signed = await Promise.all(claims.map((each) => as.accessToken(each)))
  let seed = 11
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const chosen = Array.from({ length: 40 }, () => guards.filter(() => random(4) === 0))
  const send = await routed(t, { tokens }, (router) => {
    for (const [i, guard] of guards.entries()) router.get(`/alone/${i}`, guard, through)
    for (const [i, some] of chosen.entries()) {
      const at = random(some.length + 1)
      const [before, after] = [some.slice(0, at), some.slice(at)]
      if (before.length > 0) router.use(`/some/${i}`, ...before)
      const all = random(2) === 0 && after.length > 0 ? [requireAll(...after)] : after
      router.get(`/some/${i}`, ...all, through)
    }
  })
  const passes = async (path: string, token: string): Promise<boolean> => {
    const { status } = await send(token, { path })
    t.true([200, 401, 403].includes(status))
    return status === 200
  }
  let passed = 0
  for (const token of signed) {
    const alone = new Map<unknown, boolean>()
    for (const [i, guard] of guards.entries()) alone.set(guard, await passes(`/alone/${i}`, token))
    for (const [i, some] of chosen.entries()) {
      const expected = some.every((guard) => alone.get(guard))
      t.is(await passes(`/some/${i}`, token), expected, `${i}`)
      passed += Number(expected)
    }
  }
  t.true(passed > 20 && passed < 200, `${passed} passed`)
})

test('guards that have let a request pass before the router count as well', async (t) => {
  const router = new Router<AuthState>()
  router.get('/', requireScope('b'), (ctx) => (ctx.body = 'through'))
  const app = new Koa().use(resourceServer({ audience, tokens })).use(requireScope('a'))
  const send = sender(await listen(t, app.use(router.routes() as Middleware)))
  const { bearer } = await send(await as.accessToken({ scope: 'a' }))
  t.is(bearer?.['scope'], 'a b')
  t.is((await send(await as.accessToken())).bearer?.['scope'], 'a', 'which knows no routes yet')
})

test('only guards that the request would meet count: of its method and path, up to what answers', async (t) => {
  const shared = requireScope('shared')
  const send = await routed(t, { tokens, anonymous: true }, (router) => {
    router.use('/admin', requireScope('admin'))
    router.post('/admin/:id', requireScope('post'), (ctx) => (ctx.body = 'posted'))
    router.get('/orders/new', requireScope('new'), (ctx) => (ctx.body = 'new'))
    router.post('/orders/:id', requireScope('write'), (ctx) => (ctx.body = 'written'))
    router.get('/orders/:id', shared, requireScope('read'), (ctx) => (ctx.body = 'read'))
    router.get('/orders/:id', requireScope('never'), (ctx) => (ctx.body = 'never'))
    router.get('/:any/:id', shared, requireScope('other'), (ctx) => (ctx.body = 'other'))
    router.use(requireScope('late'))
  })
  const asked = async (path: string, method = 'GET'): Promise<string | undefined> =>
    (await send(undefined, { path, method })).bearer?.['scope']
  t.is(await asked('/orders/new'), 'new')
  t.is(await asked('/orders/1'), 'shared read')
  t.is(await asked('/orders/1', 'POST'), 'write')
  t.is(await asked('/stock/1'), 'shared other')
  t.is(await asked('/admin/1'), 'admin shared other')
})

test('an exclusive router runs one layer, and only its guards count', async (t) => {
  const router = new Router<AuthState>({ exclusive: true })
  const shared = requireScope('shared')
  router.get('/:id', shared, requireScope('a'), (ctx) => (ctx.body = 'a'))
  router.get('/x', shared, requireScope('b'), (ctx) => (ctx.body = 'b'))
  const app = new Koa().use(resourceServer({ audience, tokens }))
  const send = sender(await listen(t, app.use(router.routes() as Middleware)))
  const { bearer } = await send(await as.accessToken(), { path: '/x' })
  t.is(bearer?.['scope'], 'shared b')
})

test('whatever else calls itself matched, a guard speaks for itself', async (t) => {
  for (const matched of [true, null, [], [{}], [null], [{ methods: [], stack: null }], 'x']) {
    const { send } = await protect(
      t,
      { tokens },
      (ctx, next) => {
        ctx['matched'] = matched
        return next()
      },
      requireScope('a'),
    )
    const { status, bearer } = await send(await as.accessToken())
    t.is(status, 403, JSON.stringify(matched))
    t.is(bearer?.['scope'], 'a')
  }
})

test('without credentials the challenge names all scopes of the route, where they are optional', async (t) => {
  const send = await routed(t, { tokens, anonymous: true }, (router) => {
    router.get(
      '/',
      requireResourceOwner(),
      requireStepUp({ maxAge: 60 }),
      requireScope('a', anyOf('b', 'c')),
      requireScope('d'),
      (ctx) => (ctx.body = 'through'),
    )
  })
  const { status, bearer } = await send()
  t.is(status, 401)
  t.deepEqual(bearer, { realm: audience, scope: 'a b d' })
})

test('RS-230: where resourceServer stands in the router itself, 401 names the scopes of the route, as 403 does', async (t) => {
  const router = new Router<AuthState>()
  const resource_metadata = `${audience}/.well-known/oauth-protected-resource`
  const challenge = { scope: 'default', resource_metadata }
  router.use(resourceServer({ audience, tokens, challenge }))
  router.get('/orders', requireResourceOwner(), requireScope('read', 'audit'), (ctx) => {
    ctx.body = 'orders'
  })
  router.get('/whoami', (ctx) => (ctx.body = 'you'))
  const send = sender(await listen(t, new Koa().use(router.routes() as Middleware)))
  const orders = await send(undefined, { path: '/orders' })
  t.is(orders.status, 401)
  t.deepEqual(orders.bearer, { realm: audience, scope: 'read audit', resource_metadata })
  t.is((await send(undefined, { path: '/whoami' })).bearer?.['scope'], 'default')
  const less = await send(await as.accessToken({ scope: 'read' }), { path: '/orders' })
  t.is(less.status, 403)
  t.like(less.bearer, { error: 'insufficient_scope', scope: 'read audit', resource_metadata })
  t.is((await send('opaque', { path: '/orders' })).bearer?.['scope'], 'default')
})

test('RS-77 RFC 9068 §2.2.3.1: roles admit, where the dialect says that they stand; permissions likewise', async (t) => {
  const role = await protect(t, { tokens }, requireRole('editor', anyOf('chief', 'deputy')))
  const permission = await protect(t, { tokens }, requirePermission('orders:write'))
  for (const roles of [
    ['editor', 'deputy'],
    ['chief', 'x', 'editor'],
  ]) {
    t.is((await role.send(await as.accessToken({ roles }))).status, 200)
  }
  const less = [['editor'], ['chief', 'deputy'], 'editor chief', ['EDITOR', 'chief'], undefined]
  for (const roles of less) {
    const { status, bearer } = await role.send(
      await as.accessToken({ roles, scope: 'editor chief' }),
    )
    t.is(status, 403, String(roles))
    t.is(bearer?.['error'], 'insufficient_scope')
    t.is(bearer?.['scope'], undefined)
    t.notRegex(bearer?.['error_description'] ?? '', /editor|chief/)
  }
  t.is((await permission.send(await as.accessToken({ permissions: ['orders:write'] }))).status, 200)
  t.is((await permission.send(await as.accessToken({ roles: ['orders:write'] }))).status, 403)
})

const claimCases: readonly (readonly [
  title: string,
  guard: Middleware<any>,
  good: readonly unknown[],
  bad: readonly unknown[],
])[] = [
  ['a value', requireClaim('c', 'x'), ['x', ['a', 'x']], ['y', ['y'], [['x']], { x: 1 }, 'x ', '']],
  [
    'one of several',
    requireClaim('c', ['x', 5, true]),
    ['x', 5, true, [5]],
    ['5', 'true', 1, false],
  ],
  ['false is a value', requireClaim('c', false), [false], [true, 0, '', 'false']],
  [
    'a path',
    requireClaim(['c', 'd.e', '*'], 'x'),
    [{ 'd.e': ['x'] }, { 'd.e': ['y', 'x'] }, { 'd.e': { x: 1 } }],
    [{ d: { e: ['x'] } }, { 'd.e': 'x' }, 'x', {}],
  ],
  ['a predicate', requireClaim('c', (value) => value === 'x'), ['x'], ['y', ['x'], null]],
  ['an asynchronous one', requireClaim('c', async (value) => value === 'x'), ['x'], ['y']],
  [
    'only true is a yes',
    requireClaim('c', (() => ({})) as unknown as () => boolean),
    [],
    ['x', true],
  ],
  ['a claim that is inherited by nothing', requireClaim('toString', () => true), [], ['x']],
]

for (const [title, guard, good, bad] of claimCases) {
  test(`requireClaim: ${title}`, async (t) => {
    const { send } = await protect(t, { tokens }, guard)
    for (const c of good) {
      t.is((await send(await as.accessToken({ c }))).status, 200, JSON.stringify(c))
    }
    for (const c of [...bad, undefined]) {
      const { status, bearer } = await send(await as.accessToken({ c }))
      t.is(status, 403, JSON.stringify(c))
      t.is(bearer?.['error_description'], 'The access token lacks a claim that this request needs')
    }
  })
}

test('requireClaim: the refusal’s cause carries the name, for the operator', async (t) => {
  const causes: unknown[] = []
  const { send } = await protect(
    t,
    { tokens },
    async (_ctx, next) => {
      try {
        await next()
      } catch (error) {
        causes.push((error as Error).cause)
        throw error
      }
    },
    requireClaim(['org', 'id'], 'acme', { name: 'tenant' }),
  )
  await send(await as.accessToken({ org: { id: 'other' } }))
  t.deepEqual(causes, ['tenant: ["org","id"] is ["other"], needed: ["acme"]'])
})

test('requireClientItself admits a client on its own behalf alone', async (t) => {
  const { send } = await protect(t, { tokens }, requireClientItself())
  t.is((await send(await as.accessToken({ sub: 'client-1' }))).status, 200)
  const { status, bearer } = await send(await as.accessToken())
  t.is(status, 403)
  t.regex(bearer?.['error_description'] ?? '', /on its own behalf/)
})

const wrong: Readonly<Record<string, () => unknown>> = {
  'no role': () => requireRole(),
  'an empty role': () => requireRole(''),
  'a number for a role': () => requireRole(5 as unknown as string),
  'no permission': () => requirePermission(),
  'no claim': () => requireClaim('', 'x'),
  'no path': () => requireClaim([], 'x'),
  'no values': () => requireClaim('c', []),
  'nothing to test': () => requireClaim('c', undefined as unknown as string),
  'an object for a value': () => requireClaim('c', {} as unknown as string),
  'an unknown option': () => requireClaim('c', 'x', { title: 'x' } as object),
  'an empty name': () => requireClaim('c', 'x', { name: '' }),
  'nothing of all': () => requireAll(),
  'no guard among all': () => requireAll('x' as unknown as Middleware),
  'no scope of any': () => requireAnyScope(),
}

for (const [title, make] of Object.entries(wrong)) {
  test(`a guard is refused when it is made: ${title}`, (t) => {
    t.throws(make, { instanceOf: TypeError })
  })
}

test('a guard without resourceServer before it lets nothing pass, whatever stands on the context', async (t) => {
  const guards = [
    requireRole('a'),
    requireStepUp({ maxAge: now }),
    requireNoActor(),
    requireClaim('sub', 'a'),
    requireAuthorizationDetails('a'),
    requireAll(requireScope('a')),
  ]
  for (const guard of guards as readonly Middleware[]) {
    const app = new Koa()
    const errors: Error[] = []
    app.on('error', (error: Error) => errors.push(error))
    app.use((ctx, next) => {
      ctx.state['auth'] = { scopes: new Set(['a']), roles: new Set(['a']), claims: { sub: 'a' } }
      return next()
    })
    app.use(guard).use((ctx) => (ctx.body = 'through'))
    const { status, body } = await sender(await listen(t, app))()
    t.is(status, 500)
    t.not(body, 'through')
    t.regex(errors[0]?.message ?? '', /needs resourceServer\(\) before it/)
  }
})
