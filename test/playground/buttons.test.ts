import test from 'ava'
import { playing } from './playing.ts'
import { answers, discovery, errors, tokenRequest } from './stories.ts'

test('client credentials', async (t) => {
  const playground = await playing(t)
  const events = await playground.press('/grants/client-credentials')
  t.deepEqual(events.story, [
    '# Client credentials',
    ...discovery,
    ...tokenRequest,
    'token: The Nightly Job, client credentials, JWT',
  ])
  const { token } = events.of('token')[0]!
  t.is((await playground.post('/grants/refresh', { token })).status, 400)
  const called = await playground.press('/calls', { token, method: 'GET', path: '/admin/orders' })
  t.deepEqual(answers(called), [200])
  t.like(called.of('decision')[0]!.auth, {
    onBehalfOf: 'client',
    client: { id: 'nightly-job' },
    scopes: ['orders:read', 'orders:admin'],
  })
})

test('a refresh token gives new tokens, which are refreshed in turn', async (t) => {
  const playground = await playing(t)
  let token = await playground.token()
  for (let i = 0; i < 3; i += 1) {
    const events = await playground.press('/grants/refresh', { token })
    t.deepEqual(events.story, [
      '# Refresh token',
      ...tokenRequest,
      'token: The Shop, refresh token, JWT',
    ])
    token = events.of('token')[0]!.token
  }
  t.deepEqual(
    answers(await playground.press('/calls', { token, method: 'GET', path: '/orders' })),
    [200],
  )
})

test('/calls: the API’s decision stands between request and answer', async (t) => {
  const playground = await playing(t)
  const token = await playground.token()
  const body = { item: 'tea', quantity: 2 }
  const events = await playground.press('/calls', { token, method: 'POST', path: '/orders', body })
  t.deepEqual(events.story, [
    '# POST /orders',
    'client > resource-server POST /orders',
    'resource-server > authorization-server GET /.well-known/oauth-authorization-server',
    'authorization-server > resource-server 200',
    'resource-server > authorization-server GET /jwks',
    'authorization-server > resource-server 200',
    'decided: read passed, check passed, verify passed, identify passed, confirm passed, authorize passed, authorize passed',
    'resource-server > client 201',
  ])
  const [request] = events.of('request')
  t.deepEqual(request!.body, [
    { name: 'item', value: 'tea' },
    { name: 'quantity', value: '2' },
  ])
  const [{ exchange, auth }] = events.of('decision') as [
    ReturnType<typeof events.of<'decision'>>[0],
  ]
  t.is(exchange, request!.exchange)
  t.like(auth, { onBehalfOf: 'resource-owner', resourceOwner: { username: 'ada' } })
})

test('/calls: a DPoP-bound token goes with a proof, and the nonce asked for', async (t) => {
  const playground = await playing(t)
  const token = await playground.token('/start/dpop')
  const body = { item: 'tea', quantity: 2 }
  const events = await playground.press('/calls', { token, method: 'POST', path: '/orders', body })
  t.deepEqual(answers(events), [401, 201])
  t.deepEqual(errors(events)[0], 'UseDpopNonce')
  t.is(events.of('decision')[0]!.auth, undefined)
  const proof = events.of('request').findLast(({ to }) => to === 'resource-server')!
  const { jwt } = proof.headers.find(({ name }) => name === 'DPoP')!
  t.like(jwt, { header: { typ: 'dpop+jwt' }, claims: { htm: 'POST' } })
})

const refused: readonly [
  what: string,
  path: string,
  body: unknown,
  headers: object,
  status: number,
][] = [
  ['another origin', '/runs', { title: 'a' }, { Origin: 'https://elsewhere.example.com' }, 403],
  ['an opaque origin', '/runs', { title: 'a' }, { Origin: 'null' }, 403],
  ['another site', '/runs', { title: 'a' }, { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['another port', '/runs', { title: 'a' }, { 'Sec-Fetch-Site': 'same-site' }, 403],
  ['a form', '/runs', 'title=a', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
  ['plain text', '/runs', '{"title":"a"}', { 'Content-Type': 'text/plain' }, 415],
  ['no JSON', '/runs', '{', {}, 400],
  ['an array', '/runs', [], {}, 400],
  ['null', '/runs', 'null', {}, 400],
  ['a number', '/runs', '1', {}, 400],
  ['too much', '/runs', { title: 'a'.repeat(20_000) }, {}, 413],
  ['no title', '/runs', {}, {}, 400],
  ['a long title', '/runs', { title: 'a'.repeat(101) }, {}, 400],
  ['a number for a title', '/runs', { title: 1 }, {}, 400],
  ['an unknown token', '/grants/refresh', { token: 'a' }, {}, 404],
  ['a token of another kind', '/grants/refresh', { token: {} }, {}, 400],
  ['a call by an unknown token', '/calls', { token: 'a', method: 'GET', path: '/' }, {}, 404],
  ['a call without a path', '/calls', { token: 'a', method: 'GET' }, {}, 400],
  ['a call by another method', '/calls', { token: 'a', method: 'PUT', path: '/' }, {}, 400],
  [
    'a call with an odd body',
    '/calls',
    { token: 'a', method: 'POST', path: '/', body: 1 },
    {},
    400,
  ],
  ['an unknown break', '/breaks/toString', {}, {}, 404],
  ['no word on or off', '/authorization-server', {}, {}, 400],
  ['half on', '/authorization-server', { on: 'yes' }, {}, 400],
  ['an unknown path', '/grants/password', {}, {}, 404],
]

test('what a button cannot have meant is refused, and nothing comes of it', async (t) => {
  const playground = await playing(t)
  for (const [what, path, body, headers, status] of refused) {
    const answer = await playground.post(path, body, headers as Record<string, string>)
    t.is(answer.status, status, what)
  }
  for (const path of ['/runs', '/calls', '/grants/refresh', '/authorization-server/rotate']) {
    t.is((await playground.open(path)).status, 405, path)
  }
  const token = await playground.token('/grants/client-credentials')
  const before = await playground.events()
  for (const path of ['//elsewhere.example.com/', '/\\elsewhere.example.com/', '/\t/elsewhere']) {
    t.is((await playground.post('/calls', { token, method: 'GET', path })).status, 400, path)
  }
  const call = { token, method: 'GET', path: '/orders', body: {} }
  t.is((await playground.post('/calls', call)).status, 400)
  const start = { 'Sec-Fetch-Site': 'cross-site' }
  t.is((await playground.open('/start/opaque', start)).status, 403)
  t.is((await playground.events()).all.length, before.all.length)
})

test('buttons pressed by far too many at once are refused, the others all come to an end', async (t) => {
  const playground = await playing(t)
  const presses = Array.from({ length: 40 }, async (_, i) =>
    playground.post('/runs', { title: `${i}` }),
  )
  const slow = playground.post('/breaks/expired')
  const statuses = (await Promise.all([slow, ...presses])).map(({ status }) => status)
  t.true(statuses.every((status) => status === 204 || status === 429))
  const more = await Promise.all(
    Array.from({ length: 30 }, async () => playground.post('/breaks/tampered')),
  )
  t.true(more.some(({ status }) => status === 429))
})
