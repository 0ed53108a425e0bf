import test from 'ava'
import { accounts, ada, clients, ordersApiCredentials } from '../../example-api/registration.ts'
import { UserAgent } from '../../example-api/resource-owner/user-agent.ts'
import { playing } from './playing.ts'

/** What has gone over the wire and is of use to who reads it, by kind. */
const secrets = new Map<string, Set<string>>()

function collect(kind: string, ...values: readonly (string | null | undefined)[]): void {
  const known = secrets.get(kind) ?? new Set()
  for (const value of values) if (value) known.add(value)
  secrets.set(kind, known)
}

const names = ['access_token', 'code', 'code_verifier', 'id_token', 'refresh_token', 'token']

function collectParameters(parameters: URLSearchParams): void {
  for (const name of names) collect(name, ...parameters.getAll(name))
}

function collectAddress(address: string): void {
  const { pathname, searchParams, hash } = new URL(address, 'http://127.0.0.1')
  collectParameters(searchParams)
  collectParameters(new URLSearchParams(hash.slice(1)))
  collect('interaction', /^\/(?:auth|interaction)\/(.+)/.exec(pathname)?.[1])
}

function collectHeaders(headers: Headers): void {
  collect('credentials', headers.get('Authorization')?.split(' ')[1])
  collect('proof', headers.get('DPoP'))
  const cookies = [...headers.getSetCookie(), ...(headers.get('Cookie')?.split('; ') ?? [])]
  collect('cookie', ...cookies.map((cookie) => /^[^=]+=([^;]*)/.exec(cookie)?.[1]))
  collectAddress(headers.get('Location') ?? '')
}

const { fetch } = globalThis
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init)
  collectAddress(request.url)
  // A request that is made leaves some headers out.
  collectHeaders(new Headers(init?.headers))
  collectParameters(new URLSearchParams(await request.text()))
  const response = await fetch(input, init)
  collectHeaders(response.headers)
  if (response.headers.get('Content-Type')?.startsWith('application/json')) {
    const body = (await response.clone().json()) as object
    for (const [name, value] of Object.entries(body)) {
      if (names.includes(name)) collect(name, value)
    }
  }
  return response
}
test.after.always(() => (globalThis.fetch = fetch))

test('no event has a token, code, secret, password or cookie in it', async (t) => {
  const playground = await playing(t)
  const { issuer } = playground.servers
  for (const path of ['/start/authorization-code', '/start/dpop', '/start/opaque']) {
    const token = await playground.token(path)
    for (const call of ['/whoami', '/orders', '/nothing']) {
      await playground.press('/calls', { token, method: 'GET', path: call })
    }
    await playground.post('/grants/refresh', { token })
  }
  await playground.logIn('/start/opaque', 'deny')
  await playground.press('/grants/client-credentials')
  for (const name of ['expired', 'tampered', 'other-audience', 'too-little-scope', 'stolen-dpop']) {
    await playground.press(`/breaks/${name}`)
  }
  const { implicitClient } = (await (await playground.open('/setup')).json()) as any
  const browser = new UserAgent()
  const implicit = new URL(`${issuer}/auth`)
  implicit.search = new URLSearchParams({
    client_id: implicitClient.id,
    redirect_uri: implicitClient.redirectUri,
    response_type: 'id_token token',
    scope: `openid ${implicitClient.scope}`,
    resource: 'https://orders.example.com',
    nonce: 'nonce',
    acr_values: 'urn:orders.example.com:second-factor',
  }).toString()
  const { username, password, oneTimeCode } = ada
  const page = await browser.submit(await browser.open(implicit), {
    username,
    password,
    code: oneTimeCode,
  })
  const { url } = await browser.submit(page, { decision: 'allow' })
  collectAddress(url.href)
  // Where they should not be, they are not shown either.
  const [token = ''] = secrets.get('access_token')!
  const [refreshToken = ''] = secrets.get('refresh_token')!
  await fetch(`${playground.servers.api}/orders?access_token=${token}&${token}`)
  await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', DPoP: token },
    body: JSON.stringify({ a: [{ refresh_token: refreshToken, b: token }], [token]: 1 }),
  })
  await fetch(`${playground.servers.api}/${token}`, { headers: { 'Content-Type': token } })

  const least = { cookie: 10, interaction: 5, credentials: 10, proof: 4, code: 4, code_verifier: 3 }
  const atLeast = { ...least, access_token: 8, refresh_token: 1, id_token: 1 }
  for (const [kind, count] of Object.entries(atLeast)) {
    t.true((secrets.get(kind)?.size ?? 0) >= count, `${kind}: ${secrets.get(kind)?.size}`)
  }
  for (const { secret } of [...clients, ordersApiCredentials]) collect('secret', secret)
  for (const { password, oneTimeCode } of accounts) collect('password', password, oneTimeCode)

  const { all } = await playground.events()
  t.true(all.length > 150)
  for (const event of all) {
    const text = JSON.stringify(event)
    for (const [kind, values] of secrets) {
      for (const value of values) {
        const short = value.length < 8 && kind !== 'password'
        if (!short && text.includes(value)) t.fail(`${kind} ${value} in ${text}`)
      }
    }
  }
  t.pass()
})
