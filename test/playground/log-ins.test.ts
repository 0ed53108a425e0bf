import test from 'ava'
import { decodeProtectedHeader } from 'jose'
import { ada } from '../../example-api/registration.ts'
import { UserAgent } from '../../example-api/resource-owner/user-agent.ts'
import { playing } from './playing.ts'
import { logInStory, tokenRequest } from './stories.ts'

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

test('what binds a log-in to its browser is new each time, whatever the browser brings along', async (t) => {
  const playground = await playing(t)
  const start = async (Cookie: string) => {
    const headers = { Cookie }
    const { headers: answered } = await fetch(`${playground.url}/start/opaque`, {
      redirect: 'manual',
      headers,
    })
    const state = new URL(answered.get('Location')!).searchParams.get('state')!
    const [cookie = ''] = answered.getSetCookie()
    return { state, cookie, pair: cookie.split(';')[0]! }
  }
  const one = await start('')
  t.regex(one.cookie, /^log-in-[\w-]{43}=[\w-]{43}; path=\/callback; .*samesite=lax; httponly$/)
  const other = await start(one.pair)
  t.not(other.pair.split('=')[1], one.pair.split('=')[1])
  const back = async (Cookie: string) =>
    fetch(`${playground.url}/callback?code=a&state=${other.state}`, { headers: { Cookie } })
  const planted = `log-in-${other.state}=${one.pair.split('=')[1]!}`
  for (const cookie of ['', one.pair, planted]) t.is((await back(cookie)).status, 400)
  const right = await back(`${one.pair}; ${other.pair}`)
  t.is(right.status, 200)
  t.regex(
    right.headers.getSetCookie()[0]!,
    /^log-in-[\w-]+=; path=\/callback; expires=Thu, 01 Jan 1970/,
  )
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
