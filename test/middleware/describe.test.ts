import Router from '@koa/router'
import test from 'ava'
import {
  allOf,
  anyOf,
  type AuthState,
  requireResourceOwner,
  requireScope,
} from 'koa-resource-server'
import {
  authorizationDetailsTypesOf,
  describe,
  formatTable,
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
  scopesOf,
  toOpenApi,
  requireFreshIntrospection,
} from 'koa-resource-server/guards'

const answer = (ctx: { body: unknown }): void => {
  ctx.body = 'through'
}

function shop(): Router<AuthState> {
  const items = new Router<AuthState>({ prefix: '/items' })
  items.use(requireScope('items'))
  items.get('/', answer)
  items.delete('/:item', requireRole('editor'), answer)

  const router = new Router<AuthState>({ prefix: '/v1' })
  router.get('/health', answer)
  router.use('/admin', requireClientItself())
  router.get('/admin/orders', requireScope('orders:admin'), answer)
  router.get('/administrators', answer)
  router.post(
    '/orders',
    requireAll(
      requireResourceOwner(),
      requireScope(anyOf('orders:write', allOf('a', 'b'))),
      requireAuthorizationDetails('payment'),
    ),
    requireStepUp({ acrValues: ['gold'], maxAge: 60 }),
    answer,
  )
  router.use('/stores', items.routes())
  router.use(requireScope('late'))
  router.all('/late', answer)
  return router
}

test('describe: each route with all that it demands, in order, prefixes and nested routers included', (t) => {
  const all = describe(shop())
  t.deepEqual(
    all.slice(0, -1).map(({ methods, path, demands }) => [methods.join(), path, demands]),
    [
      ['GET', '/v1/health', []],
      [
        'GET',
        '/v1/admin/orders',
        [{ guard: 'requireClientItself' }, { guard: 'requireScope', scope: 'orders:admin' }],
      ],
      ['GET', '/v1/administrators', []],
      [
        'POST',
        '/v1/orders',
        [
          { guard: 'requireResourceOwner' },
          { guard: 'requireScope', scope: anyOf('orders:write', allOf('a', 'b')) },
          { guard: 'requireAuthorizationDetails', type: 'payment' },
          { guard: 'requireStepUp', acrValues: ['gold'], maxAge: 60 },
        ],
      ],
      ['GET', '/v1/stores/items', [{ guard: 'requireScope', scope: 'items' }]],
      [
        'DELETE',
        '/v1/stores/items/:item',
        [
          { guard: 'requireScope', scope: 'items' },
          { guard: 'requireRole', roles: 'editor' },
        ],
      ],
    ],
  )
  const last = all.at(-1)!
  t.true(last.methods.length > 20)
  t.deepEqual(last.demands, [{ guard: 'requireScope', scope: 'late' }])
  t.deepEqual(JSON.parse(JSON.stringify(all)), all, 'it is plain data')
})

test('describe: every guard tells what it demands', (t) => {
  const router = new Router<AuthState>()
  router.get(
    '/',
    requireAudience('https://api.example.com'),
    requireIssuer('https://a.example.com', 'https://b.example.com'),
    requireNoActor(),
    requirePermission('x', 'y'),
    requireClaim(['a', 'b'], ['x', 5], { name: 'tenant' }),
    requireClaim('c', () => true),
    requireFreshIntrospection(30),
    requireAll(
      requireActor('back-end'),
      requireActor(() => true),
    ),
    answer,
  )
  const [route] = describe(router)
  t.deepEqual(route!.demands, [
    { guard: 'requireAudience', audience: 'https://api.example.com' },
    { guard: 'requireIssuer', issuers: ['https://a.example.com', 'https://b.example.com'] },
    { guard: 'requireNoActor' },
    { guard: 'requirePermission', permissions: allOf('x', 'y') },
    { guard: 'requireClaim', claim: ['a', 'b'], name: 'tenant', values: ['x', 5] },
    { guard: 'requireClaim', claim: ['c'], name: 'c' },
    { guard: 'requireFreshIntrospection', maxAge: 30 },
    { guard: 'requireActor', actors: ['back-end'] },
    { guard: 'requireActor' },
  ])
})

test('describe: what is done to a description changes no guard', (t) => {
  const router = new Router<AuthState>()
  router.get('/', requireIssuer('https://a.example.com'), answer)
  const before = describe(router)[0]!.demands
  ;(before[0]!['issuers'] as string[]).push('https://evil.example.com')
  t.deepEqual(describe(router)[0]!.demands[0]!['issuers'], ['https://a.example.com'])
})

test('describe: paths of every form', (t) => {
  const router = new Router<AuthState>()
  router.use('/files/:name/parts', requireScope('parts'))
  router.get(['/a', '/b'], requireScope('ab'), answer)
  router.get('/files/:name{/parts}', answer)
  router.get('/files/*rest', answer)
  router.get(/^\/re\/(.*)$/, requireScope('re'), answer)
  t.deepEqual(
    describe(router).map(({ path, demands }) => [path, demands.map(({ scope }) => scope)]),
    [
      ['/a', ['ab']],
      ['/b', ['ab']],
      ['/files/:name{/parts}', ['parts']],
      ['/files/*rest', []],
      ['^\\/re\\/(.*)$', ['re']],
    ],
  )
})

test('describe: an exclusive router passes no other layer', (t) => {
  const router = new Router<AuthState>({ exclusive: true })
  router.use(requireScope('a'))
  router.get('/', requireScope('b'), answer)
  t.deepEqual(describe(router)[0]!.demands, [{ guard: 'requireScope', scope: 'b' }])
})

test('describe: what is no router is refused', (t) => {
  for (const router of [undefined, null, {}, { stack: 'x' }, shop().routes()]) {
    t.throws(() => describe(router as unknown as Router), { instanceOf: TypeError })
  }
})

test('RS-233: scopesOf gives the scopes of all routes, sorted, each once, and never offline_access', (t) => {
  t.deepEqual(scopesOf(describe(shop())), [
    'a',
    'b',
    'items',
    'late',
    'orders:admin',
    'orders:write',
  ])
  t.deepEqual(scopesOf([]), [])
})

test('authorizationDetailsTypesOf gives the types of all routes', (t) => {
  const router = new Router<AuthState>()
  for (const type of ['payment', 'account', 'payment']) {
    router.get(`/${type}`, requireAuthorizationDetails(type), answer)
  }
  t.deepEqual(authorizationDetailsTypesOf(describe(router)), ['account', 'payment'])
})

test('formatTable: a line for each route', (t) => {
  const router = new Router<AuthState>()
  router.get('/orders', requireScope('orders:read'), answer)
  router.post(
    '/orders/:id',
    requireScope('a', anyOf('b', allOf('c', 'd'))),
    requireNoActor(),
    answer,
  )
  router.get('/whoami', answer)
  router.all('/pay', requireStepUp({ acrValues: ['gold'], maxAge: 60 }), answer)
  router.get('/one', requireRole(anyOf('x', 'y')), requireAuthorizationDetails('payment'), answer)
  t.is(
    `\n${formatTable(describe(router))}\n`,
    `
METHOD  PATH         DEMANDS
GET     /orders      requireScope orders:read
POST    /orders/:id  requireScope a & (b | (c & d)), requireNoActor
GET     /whoami      -
*       /pay         requireStepUp acrValues=["gold"] maxAge=60
GET     /one         requireRole x | y, requireAuthorizationDetails type=payment
`,
  )
})

test('toOpenApi: security for each operation, alternatives as alternatives', (t) => {
  const router = new Router<AuthState>()
  router.get(
    '/orders{/:id}',
    requireScope('a', anyOf('b', allOf('c', 'a'))),
    requireScope('d'),
    answer,
  )
  router.get('/orders/:id', requireScope('never-reached'), answer)
  router.post('/orders/:id', requireResourceOwner(), answer)
  router.get('/health', answer)
  router.get(/^\/re$/, requireScope('re'), answer)
  router.register('/webdav', ['PROPFIND', 'PUT'], requireScope('dav'))
  const routes = describe(router)
  const { components, paths } = toOpenApi(routes)
  t.deepEqual(components, {
    securitySchemes: { accessToken: { type: 'http', scheme: 'bearer' } },
  })
  const either = [{ accessToken: ['a', 'b', 'd'] }, { accessToken: ['a', 'c', 'd'] }]
  t.deepEqual(paths, {
    '/orders/{id}': { get: { security: either }, post: { security: [{ accessToken: [] }] } },
    '/orders': { get: { security: either } },
    '/health': { get: { security: [{ accessToken: [] }] } },
    '/webdav': { put: { security: [{ accessToken: ['dav'] }] } },
  })
  const open = toOpenApi(routes, { anonymous: true })
  t.deepEqual(open.paths['/health'], { get: { security: [] } })
  t.deepEqual(open.paths['/orders/{id}']!['post'], { security: [{ accessToken: [] }] })
})

test('toOpenApi: the scheme is that of the authorization server', (t) => {
  const router = new Router<AuthState>()
  router.get('/', requireScope('b', 'a'), answer)
  const routes = describe(router)
  const openIdConnectUrl = 'https://as.example.com/.well-known/openid-configuration'
  t.deepEqual(toOpenApi(routes, { name: 'oidc', openIdConnectUrl }).components.securitySchemes, {
    oidc: { type: 'openIdConnect', openIdConnectUrl },
  })
  const clientCredentials = { tokenUrl: 'https://as.example.com/token' }
  t.deepEqual(toOpenApi(routes, { flows: { clientCredentials } }).components.securitySchemes, {
    accessToken: {
      type: 'oauth2',
      flows: { clientCredentials: { scopes: { a: '', b: '' }, ...clientCredentials } },
    },
  })
})

test('toOpenApi: wrong options, and routes with too many alternatives, are refused', (t) => {
  const router = new Router<AuthState>()
  const choices = Array.from({ length: 30 }, (_, i) => anyOf(`a${i}`, `b${i}`))
  router.get('/', requireScope(...choices), answer)
  const routes = describe(router)
  t.throws(() => toOpenApi(routes), { instanceOf: TypeError, message: /more than 100/ })
  t.throws(() => toOpenApi([], { nothing: 1 } as object), { instanceOf: TypeError })
  t.throws(() => toOpenApi([], { flows: 'x' } as object), { instanceOf: TypeError })
})
