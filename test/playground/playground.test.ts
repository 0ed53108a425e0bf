import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { decodeProtectedHeader } from 'jose'
import type { PlaygroundEvent } from '../../example-api/playground/events.ts'
import { ada, grace } from '../../example-api/registration.ts'
import { UserAgent } from '../../example-api/resource-owner/user-agent.ts'
import { type Events, type Playground, playing, sendAs } from './playing.ts'

const discovery = [
  'client > authorization-server GET /.well-known/openid-configuration',
  'authorization-server > client 200',
]

const tokenRequest = [
  'client > authorization-server POST /token',
  'authorization-server > client 200',
]

/** One of the two pages on which the resource owner logs in and consents. */
const interaction = [
  'authorization-server > resource-owner 303',
  'resource-owner > authorization-server GET /interaction/…',
  'authorization-server > resource-owner 200',
  'resource-owner > authorization-server POST /interaction/…',
  'authorization-server > resource-owner 303',
  'resource-owner > authorization-server GET /auth/…',
]

function logInStory(title: string, path: string): string[] {
  return [
    `# ${title}`,
    `resource-owner > client GET ${path}`,
    ...discovery,
    'client > resource-owner 303',
    'resource-owner > authorization-server GET /auth',
    ...interaction,
    ...interaction,
    'authorization-server > resource-owner 303',
    'resource-owner > client GET /callback',
  ]
}

/** Statuses of the API's answers, in order. */
function answers(events: Events): number[] {
  const responses = events.of('response').filter(({ from }) => from === 'resource-server')
  return responses.filter(({ to }) => to === 'client').map(({ status }) => status)
}

function errors(events: Events): (string | undefined)[] {
  return events.of('decision').map(({ stages }) => stages.at(-1)?.reason ?? stages.at(-1)?.error)
}

const logIns = [
  ['/start/authorization-code', 'Authorization code with PKCE', 'The Shop', 'JWT', false, true],
  ['/start/dpop', 'A DPoP-bound token', 'The Shop App', 'JWT', true, false],
  ['/start/opaque', 'An opaque token', 'The Partner', 'opaque', false, false],
] as const

for (const [path, title, client, form, bound, refreshable] of logIns) {
  test(`${path}: a log-in, and the token by its code`, async (t) => {
    const playground = await playing(t)
    const events = await playground.logIn(path)
    t.deepEqual(events.story, [
      ...logInStory(title, path),
      ...tokenRequest,
      `token: ${client}, authorization code, ${form}`,
      'client > resource-owner 200',
    ])
    t.like(events.of('token')[0], {
      client,
      form,
      bound,
      refreshable,
      scope: 'orders:read orders:write',
    })
    const { expiresAt, value } = events.of('token')[0]!
    t.true(Math.abs(expiresAt! - Date.now() / 1000 - 300) < 10)
    t.is(value.jwt !== undefined, form === 'JWT')
    t.is(events.page.status, 200)
    t.regex(await events.page.text(), /<script>.*close\(\)<\/script>/)
  })
}

test('a log-in that the resource owner denies ends in a note', async (t) => {
  const playground = await playing(t)
  const events = await playground.logIn('/start/opaque', 'deny')
  t.deepEqual(events.story, [
    ...logInStory('An opaque token', '/start/opaque'),
    'note',
    'client > resource-owner 200',
  ])
  t.is(events.of('token').length, 0)
  t.regex(await events.page.text(), /has got no token/)
})

test('/callback: a state is good once, in the browser that has begun', async (t) => {
  const playground = await playing(t)
  const begun = await playground.begin('/start/opaque')
  const state = begun.searchParams.get('state')!
  const open = async (query: string) => playground.open(`/callback?${query}`)
  for (const query of ['', 'code=a', 'code=a&state=unknown', `code=a&state=${state}&state=b`]) {
    const page = await open(query)
    t.is(page.status, 400, query)
    t.regex(await page.text(), /This log-in is unknown/)
  }
  const elsewhere = await fetch(`${playground.url}/callback?code=a&state=${state}`)
  t.is(elsewhere.status, 400)
  // Its own browser goes on, here with an answer that the client refuses, since it lacks `iss`. (RFC 9207 §2.4)
  t.is((await open(`code=a&state=${state}`)).status, 200)
  t.is((await playground.events()).story.at(-2), 'failure')
  t.is((await open(`code=a&state=${state}`)).status, 400)
})

test('two log-ins of one browser go on side by side', async (t) => {
  const playground = await playing(t)
  const begun = [
    await playground.begin('/start/opaque'),
    await playground.begin('/start/authorization-code'),
  ]
  const browser = new UserAgent()
  const { username, password } = ada
  for (const request of begun) {
    let page = await browser.open(request)
    if (page.html?.includes('password')) page = await browser.submit(page, { username, password })
    const { url } = await browser.submit(page, { decision: 'allow' })
    t.is((await playground.open(url.href)).status, 200)
  }
  const clients = (await playground.events()).of('token').map(({ client }) => client)
  t.deepEqual(clients, ['The Partner', 'The Shop'])
})

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

const broken: readonly [name: string, statuses: number[], errors: (string | undefined)[]][] = [
  ['no-token', [401], ['MissingCredentials']],
  ['expired', [200, 401], [undefined, 'expired']],
  ['tampered', [401], ['signature']],
  ['other-audience', [401], ['audience']],
  ['too-little-scope', [403], ['InsufficientScope']],
  [
    'stolen-dpop',
    [401, 200, 401, 401, 401],
    ['UseDpopNonce', undefined, 'binding', 'missing', 'binding'],
  ],
]

for (const [name, statuses, reasons] of broken) {
  test(`/breaks/${name}`, async (t) => {
    const playground = await playing(t)
    const events = await playground.press(`/breaks/${name}`)
    t.deepEqual(answers(events), statuses)
    t.deepEqual(errors(events), reasons)
    t.is(events.of('run').length, 1)
    t.true(events.of('note').length > 0 && events.of('note').every(({ failure }) => !failure))
    t.is(events.of('token').length, 0)
  })
}

test('with the authorization server off, JWTs go on working, opaque tokens do not, and nothing hangs', async (t) => {
  const playground = await playing(t)
  const jwt = await playground.token()
  const opaque = await playground.token('/start/opaque')
  const call = async (token: string) =>
    playground.press('/calls', { token, method: 'GET', path: '/orders' })
  t.deepEqual(answers(await call(jwt)), [200])
  t.deepEqual(answers(await call(opaque)), [200])

  const off = await playground.press('/authorization-server', { on: false })
  t.deepEqual(off.story, ['# Authorization server off', 'server off, keys: 1', 'note'])
  await t.throwsAsync(fetch(`${playground.servers.issuer}/jwks`))
  t.deepEqual((await playground.press('/grants/client-credentials')).story, [
    '# Client credentials',
    'client x authorization-server GET /.well-known/openid-configuration',
    'failure',
  ])
  t.deepEqual((await playground.press('/grants/refresh', { token: jwt })).story, [
    '# Refresh token',
    'client x authorization-server POST /token',
    'failure',
  ])
  t.is((await playground.open('/start/opaque')).status, 502)
  t.deepEqual(answers(await call(jwt)), [200])
  await delay(1100)
  const asked = await call(opaque)
  t.deepEqual(asked.story.slice(1), [
    'client > resource-server GET /orders',
    'resource-server x authorization-server POST /token/introspection',
    'decided: read passed, verify unavailable',
    'resource-server > client 503',
  ])

  const on = await playground.press('/authorization-server', { on: true })
  t.deepEqual(on.story, ['# Authorization server on', 'server on, keys: 1', 'note'])
  t.is((await playground.press('/grants/refresh', { token: jwt })).of('token').length, 1)
})

test('the authorization server is turned off and on by many at once', async (t) => {
  const playground = await playing(t)
  const { authorizationServer, issuer } = playground.servers
  const presses = Array.from({ length: 9 }, async (_, i) =>
    playground.post('/authorization-server', { on: i % 2 === 0 }),
  )
  t.true((await Promise.all(presses)).every(({ status }) => status === 204))
  // And past the queue of the buttons.
  await Promise.all([
    authorizationServer.turnOff(),
    authorizationServer.turnOn(),
    authorizationServer.turnOn(),
    authorizationServer.rotateKeys(),
    authorizationServer.turnOff(),
    authorizationServer.turnOff(),
    authorizationServer.turnOn(),
  ])
  t.deepEqual(authorizationServer.condition, { on: true, keys: 2 })
  t.is((await fetch(`${issuer}/jwks`)).status, 200)
})

test('an authorization server whose port is taken stays off, which is told', async (t) => {
  const playground = await playing(t)
  const { authorizationServer, issuer } = playground.servers
  await authorizationServer.turnOff()
  const { createServer } = await import('node:http')
  const other = createServer().listen(Number(new URL(issuer).port), '127.0.0.1')
  await new Promise((listening) => other.once('listening', listening))
  const events = await playground.press('/authorization-server', { on: true })
  t.deepEqual(events.story, ['# Authorization server on', 'failure'])
  t.false(authorizationServer.condition.on)
  await new Promise((closed) => other.close(closed))
  t.deepEqual(
    (await playground.press('/authorization-server', { on: true }))
      .of('server')
      .map(({ on }) => on),
    [true],
  )
})

test('rotated keys: new tokens have the new one, old tokens, sessions and refresh tokens live on', async (t) => {
  const playground = await playing(t)
  const browser = new UserAgent()
  const logInPage = await browser.open(await playground.begin('/start/authorization-code'))
  const { username, password } = grace
  const consentPage = await browser.submit(logInPage, { username, password })
  const { url } = await browser.submit(consentPage, { decision: 'allow' })
  await playground.open(url.href)
  const [before] = (await playground.events()).of('token')
  const call = async (token: string) =>
    playground.press('/calls', { token, method: 'GET', path: '/orders' })
  t.deepEqual(answers(await call(before!.token)), [200])

  const events = await playground.press('/authorization-server/rotate')
  t.deepEqual(events.story, ['# New signing key', 'server on, keys: 2', 'note'])
  const { keys } = (await (await fetch(`${playground.servers.issuer}/jwks`)).json()) as {
    keys: { kid: string; d?: string }[]
  }
  t.is(keys.length, 2)
  t.true(keys.every(({ d }) => d === undefined))

  t.deepEqual(answers(await call(before!.token)), [200])
  const refreshed = await playground.press('/grants/refresh', { token: before!.token })
  const [after] = refreshed.of('token')
  const kid = (token: typeof after) => (token!.value.jwt!.header as { kid: string }).kid
  t.deepEqual([kid(after), kid(before)], [keys[0]!.kid, keys[1]!.kid])
  const called = await call(after!.token)
  t.deepEqual(answers(called), [200])
  t.true(called.story.includes('resource-server > authorization-server GET /jwks'))

  // Neither log-in nor consent is asked for again.
  const again = await browser.open(await playground.begin('/start/authorization-code'))
  t.is(again.html, undefined)
  t.is((await playground.open(again.url.href)).status, 200)
  t.is((await playground.events()).of('token').length, 3)
})

test('the browser’s own clients: CORS is for the playground’s origin, and for its client alone', async (t) => {
  const playground = await playing(t)
  const { api, issuer } = playground.servers
  const preflight = async (origin: string) => {
    const { headers } = await fetch(`${api}/orders`, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
    })
    return headers.get('Access-Control-Allow-Origin')
  }
  t.is(await preflight(playground.url), playground.url)
  t.is(await preflight('https://elsewhere.example.com'), null)

  const answer = await fetch(`${api}/orders`, { headers: { Origin: playground.url } })
  t.is(answer.headers.get('Access-Control-Allow-Origin'), playground.url)
  t.regex(answer.headers.get('Access-Control-Expose-Headers') ?? '', /WWW-Authenticate/)

  const atTokenEndpoint = async (origin: string, client: string) => {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'a',
      client_id: client,
    })
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { Origin: origin },
      body,
    })
    return answer.headers.get('Access-Control-Allow-Origin')
  }
  t.is(await atTokenEndpoint(playground.url, 'shop-page'), playground.url)
  t.is(await atTokenEndpoint('https://elsewhere.example.com', 'shop-page'), null)
  t.is(await atTokenEndpoint(playground.url, 'shop-app'), null)
  t.is(
    (await playground.events()).story.some((line) => line.includes('OPTIONS')),
    false,
  )
})

test('a client without a back end gets a token by code with PKCE, and one by the implicit grant', async (t) => {
  const playground = await playing(t)
  const { issuer, api } = playground.servers
  const setup = (await (await playground.open('/setup')).json()) as Record<string, any>
  const { browserClient, implicitClient, resource } = setup
  t.like(setup, { api, issuer, accounts: [{ username: 'ada' }, { username: 'grace' }] })
  const ask = async (browser: UserAgent, client: typeof browserClient, more: object) => {
    const address = new URL(`${issuer}/auth`)
    const { id: client_id, redirectUri: redirect_uri, scope } = client
    const query = { client_id, redirect_uri, scope, resource, state: 'state', ...more }
    address.search = new URLSearchParams(query).toString()
    return browser.open(address)
  }
  const browser = new UserAgent()
  const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  const pkce = { response_type: 'code', code_challenge, code_challenge_method: 'S256' }
  const { username, password } = ada
  const consent = await browser.submit(await ask(browser, browserClient, pkce), {
    username,
    password,
  })
  const { url } = await browser.submit(consent, { decision: 'allow' })
  t.is(url.origin + url.pathname, `${playground.url}/browser-callback`)
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { Origin: playground.url, 'User-Agent': 'Mozilla/5.0' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: url.searchParams.get('code')!,
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      client_id: browserClient.id,
      redirect_uri: browserClient.redirectUri,
      resource,
    }),
  })
  t.is(answer.status, 200, await answer.clone().text())
  const { access_token } = (await answer.json()) as { access_token: string }
  t.is(decodeProtectedHeader(access_token).typ, 'at+jwt')

  // Who has consented to the implicit grant before is asked again, by one page.
  const scope = `openid ${implicitClient.scope}`
  const implicit = { response_type: 'id_token token', nonce: 'nonce', scope }
  for (let i = 0; i < 2; i += 1) {
    const page = await ask(browser, implicitClient, implicit)
    t.regex(page.html ?? '', /<li><code>openid<\/code><\/li><li><code>orders:read<\/code>/)
    const { url } = await browser.submit(page, { decision: 'allow' })
    t.is(url.origin + url.pathname, `${playground.url}/browser-callback`)
    t.true(new URLSearchParams(url.hash.slice(1)).has('access_token'))
  }
  const events = await playground.events()
  const last = events.of('response').findLast(({ parameters }) => parameters.length > 0)!
  t.true(last.parameters.some(({ name, jwt }) => name === 'access_token' && jwt !== undefined))
  t.true(events.of('request').every(({ purpose }) => !purpose.startsWith('Some other')))
  t.is(events.all.find(({ type }) => type === 'run')?.type, 'run')
  t.is(events.of('run')[0]!.title, 'Requests from elsewhere')
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

test('only its own name leads to the playground', async (t) => {
  const playground = await playing(t)
  const { port } = new URL(playground.url)
  const at = async (Host: string, method = 'GET', path = '/setup') =>
    sendAs(playground.url + path, { method, headers: { Host } })
  t.is((await at(`127.0.0.1:${port}`)).status, 200)
  t.is((await at('elsewhere.example.com')).status, 421)
  t.is((await at(`elsewhere.example.com:${port}`)).status, 421)
  t.is((await at(`127.0.0.1:${port}1`)).status, 421)
  t.like(await at(`localhost:${port}`, 'GET', '/?a'), {
    status: 302,
    location: `${playground.url}/?a`,
  })
  t.is((await at(`localhost:${port}`, 'POST', '/runs')).status, 421)
})

test('the page and its parts, and no other file', async (t) => {
  const playground = await playing(t)
  const { api, issuer } = playground.servers
  const mermaid = '/libraries/mermaid/mermaid.esm.min.mjs'
  const types = {
    '/': /^text\/html/,
    '/browser-callback?code=a': /^text\/html/,
    '/assets/main.js': /^text\/javascript/,
    '/assets/style.css': /^text\/css/,
    [mermaid]: /^text\/javascript/,
  }
  for (const [path, type] of Object.entries(types)) {
    const { status, headers } = await playground.open(path)
    t.is(status, 200, path)
    t.regex(headers.get('Content-Type') ?? '', type)
    t.is(headers.get('X-Content-Type-Options'), 'nosniff')
    t.is(headers.get('Referrer-Policy'), 'no-referrer')
    const policy = headers.get('Content-Security-Policy') ?? ''
    t.true(policy.includes("default-src 'none'; script-src 'self';"))
    t.true(policy.includes(`connect-src 'self' ${api} ${issuer};`))
    t.true(policy.includes("frame-ancestors 'none'"))
  }
  t.is((await playground.open('/favicon.ico')).status, 204)
  const [, chunk = ''] =
    /"(\.\/chunks\/[^"]+)"/.exec(await (await playground.open(mermaid)).text()) ?? []
  t.is((await playground.open(new URL(chunk, playground.url + mermaid).pathname)).status, 200)
  for (const path of [
    '/assets/main.ts',
    '/assets/..%2Findex.html',
    '/assets/__proto__',
    '/libraries/mermaid/',
    '/libraries/mermaid/../package.json',
    '/libraries/mermaid/..%2fpackage.json',
    '/libraries/mermaid/%2e%2e/%2e%2e/lit/index.mjs',
    '/libraries/mermaid/chunks/../../../lit/index.mjs',
    '/libraries/mermaid/chunks',
    '/libraries/mermaid//etc/passwd.mjs',
    '/libraries/mermaid/mermaid.d.ts',
    '/libraries/mermaid/mermaid%00.mjs',
    '/libraries/mermaid/%E0%A4%A',
    '/libraries/lit/index.mjs',
  ]) {
    const { status } = await sendAs(playground.url, { path })
    t.true(status === 404 || status === 400, `${path} ${status}`)
  }
})

test('bodies are told, and left as they are for who reads them', async (t) => {
  const playground = await playing(t)
  const { api, issuer } = playground.servers
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    Authorization: `Basic ${btoa('nightly-job:demo-secret-of-the-nightly-job')}`,
  }
  const inParts = [
    'grant_type=client_creden',
    'tials&scope=orders%3Aread&resource=',
    'https://orders.example.com',
  ]
  const sent = await sendAs(`${issuer}/token`, { method: 'POST', headers }, ...inParts)
  t.is(sent.status, 200)
  const [request] = (await playground.events()).of('request')
  t.deepEqual(
    request!.body.map(({ name }) => name),
    ['grant_type', 'scope', 'resource'],
  )
  t.is(request!.headers[0]!.value, 'Basic nightly-job:…')

  const long = JSON.stringify({ item: 'a'.repeat(100_000), quantity: 1 })
  const json = { 'Content-Type': 'application/json' }
  t.is((await sendAs(`${api}/orders`, { method: 'POST', headers: json }, long)).status, 401)
  // One that takes its time does not keep the API from answering.
  const slow = Array.from({ length: 60 }, () => ' ')
  t.is((await sendAs(`${api}/orders`, { method: 'POST', headers: json }, ...slow)).status, 401)
})

test('odd requests are told as well, and disturb nobody', async (t) => {
  const playground = await playing(t)
  const { api, issuer } = playground.servers
  for (const url of [api, issuer]) {
    for (const path of [
      '//',
      '/%',
      '/?%',
      '/?a=%E0%A4%A',
      'http://elsewhere.example.com/a',
      '/a?a=1&a=2',
      '*',
    ]) {
      const { status } = await sendAs(url, { path })
      t.true(status >= 400 && status < 500, `${path} ${status}`)
    }
    for (const Authorization of [
      'Basic',
      'Basic %',
      'Basic bm9uZQ==',
      'Bearer',
      'DPoP a.b.c',
      'eyJ.e.e',
      'x y z',
    ]) {
      const { status } = await sendAs(`${url}/token`, {
        method: 'POST',
        headers: { Authorization, DPoP: 'eyJ.eyJ.a', Cookie: '=; ;a', 'Content-Type': 'a' },
      })
      t.true(status >= 400 && status < 500, `${Authorization} ${status}`)
    }
  }
  t.is((await playground.press('/grants/client-credentials')).of('token').length, 1)
})

test('each run’s events stand in order: requests before responses, and nothing is left open', async (t) => {
  const playground = await playing(t)
  await playground.logIn('/start/opaque')
  await playground.press('/breaks/stolen-dpop')
  const open = new Map<number, number>()
  let run = 0
  for (const event of (await playground.events()).all as readonly PlaygroundEvent[]) {
    if (event.type === 'run') {
      t.is(event.run, run + 1)
      run = event.run
    } else if (event.type !== 'server') t.true(event.run === run && event.at >= 0)
    if (event.type === 'request') open.set(event.exchange, event.run)
    if (event.type === 'decision') t.true(open.has(event.exchange))
    if (event.type === 'response') t.true(open.delete(event.exchange))
  }
  t.is(open.size, 0)
})

test('/events: what came after the last event that was read, and then what comes', async (t) => {
  const playground = await playing(t)
  await playground.press('/runs', { title: 'first' })
  const all = await playground.events()
  t.deepEqual(all.story, ['server on, keys: 1', '# first'])
  t.deepEqual((await playground.events(all.all[0]!.id)).story, ['# first'])
  t.deepEqual((await playground.events(all.all[1]!.id)).story, [])
  for (const unknown of ['1', '9'.repeat(17), 'x', '']) {
    t.deepEqual((await playground.events(unknown)).story, all.story, unknown)
  }

  const ended = new AbortController()
  const response = await fetch(`${playground.url}/events`, { signal: ended.signal })
  t.is(response.headers.get('Content-Type'), 'text/event-stream')
  t.is(response.headers.get('Cache-Control'), 'no-store')
  void playground.post('/runs', { title: 'later' })
  let seen = ''
  for await (const chunk of response.body!) {
    seen += Buffer.from(chunk).toString()
    if (seen.includes('"later"')) break
  }
  ended.abort()
  t.regex(seen, /retry: \d+\n\nid: \d+\ndata: \{"type":"run","run":2,"title":"later"\}\n\n/)
})

test('it stops with streams open and log-ins begun', async (t) => {
  const playground = await playing(t)
  const response = await fetch(`${playground.url}/events`)
  await playground.begin('/start/opaque')
  await playground.servers.close()
  await t.notThrowsAsync(response.text())
  await t.throwsAsync(fetch(playground.url))
})

test('playgrounds of one process keep to themselves', async (t) => {
  const [one, other] = (await Promise.all([playing(t), playing(t)])) as [Playground, Playground]
  await one.press('/breaks/no-token')
  t.deepEqual((await other.events()).story, ['server on, keys: 1'])
})
