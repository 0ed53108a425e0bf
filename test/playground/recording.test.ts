import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import test from 'ava'
import type { PlaygroundEvent } from '../../example-api/playground/events.ts'
import { playing, sendAs } from './playing.ts'

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
  const [told] = (await playground.events()).of('request')
  t.deepEqual(
    told!.body.map(({ name }) => name),
    ['grant_type', 'scope', 'resource'],
  )
  t.is(told!.headers[0]!.value, 'Basic nightly-job:…')

  const long = JSON.stringify({ item: 'a'.repeat(100_000), quantity: 1 })
  const json = { 'Content-Type': 'application/json' }
  t.is((await sendAs(`${api}/orders`, { method: 'POST', headers: json }, long)).status, 401)
  // One that never ends does not keep the API from answering.
  const endless = request(`${api}/orders`, { method: 'POST', headers: json })
  endless.on('error', () => undefined).write(' ')
  const signal = AbortSignal.timeout(10_000)
  const [answer] = (await once(endless, 'response', { signal })) as [IncomingMessage]
  t.is(answer.statusCode, 401)
  endless.destroy()
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

test('playgrounds of one process keep to themselves', async (t) => {
  const [one, other] = await Promise.all([playing(t), playing(t)])
  await one.press('/breaks/no-token')
  t.deepEqual((await other.events()).story, ['server on, keys: 1'])
})

test('each message says what it is for, and where that is specified', async (t) => {
  const playground = await playing(t)
  await playground.logIn('/start/opaque')
  const token = await playground.token('/start/authorization-code')
  await playground.press('/grants/refresh', { token })
  await playground.press('/calls', { token, method: 'GET', path: '/orders' })
  await playground.press('/breaks/no-token')
  await playground.press('/breaks/stolen-dpop')
  const told = new Map<string, string | undefined>()
  for (const { from, method, url, section, purpose, body, headers } of (
    await playground.events()
  ).of('request')) {
    const path = new URL(url).pathname.replace(/^(\/(?:auth|interaction)\/).+/, '$1:id')
    const grant = body.find(({ name }) => name === 'grant_type')?.value ?? ''
    const decides = body.some(({ name }) => name === 'decision') ? 'decision' : ''
    const scheme = headers.find(({ name }) => name === 'Authorization')?.value.split(' ')[0] ?? ''
    const proof = headers.some(({ name }) => name === 'DPoP') ? 'proof' : ''
    const about = [from, method, path, grant, decides, scheme, proof].filter((word) => word !== '')
    told.set(about.join(' '), section)
    t.regex(purpose, /^[A-Z].*\.$/)
  }
  t.deepEqual(Object.fromEntries(told), {
    'resource-owner GET /start/opaque': undefined,
    'resource-owner GET /start/authorization-code': undefined,
    'resource-owner GET /callback': 'RFC 6749 §4.1.2',
    'client GET /.well-known/openid-configuration': 'OpenID Connect Discovery 1.0 §4',
    'resource-server GET /.well-known/oauth-authorization-server': 'RFC 8414 §3',
    'resource-server GET /jwks': 'RFC 7517 §5',
    'resource-server POST /token/introspection Basic': 'RFC 7662 §2.1',
    'resource-owner GET /auth': 'RFC 6749 §4.1.1, RFC 7636 §4.3',
    'resource-owner GET /auth/:id': 'RFC 6749 §3.1',
    'resource-owner GET /interaction/:id': 'RFC 6749 §3.1',
    'resource-owner POST /interaction/:id': 'RFC 6749 §3.1',
    'resource-owner POST /interaction/:id decision': 'RFC 6749 §4.1',
    'client POST /token authorization_code Basic': 'RFC 6749 §4.1.3, RFC 7636 §4.5',
    'client POST /token refresh_token Basic': 'RFC 6749 §6',
    'client POST /token client_credentials Basic proof': 'RFC 6749 §4.4.2, RFC 9449 §5',
    'client GET /orders': 'RFC 6750 §3',
    'client GET /orders Bearer': 'RFC 6750 §2.1',
    'client GET /whoami Bearer': 'RFC 6750 §2.1',
    'client GET /whoami DPoP': 'RFC 9449 §7.1',
    'client GET /whoami DPoP proof': 'RFC 9449 §7.1',
  })
})

test('what is too much for one picture is in the next', async (t) => {
  const playground = await playing(t)
  await playground.press('/grants/client-credentials')
  for (let i = 0; i < 110; i += 1) await fetch(`${playground.servers.api}/orders`)
  const events = await playground.events()
  const titles = ['Client credentials', 'Requests from elsewhere', 'Requests from elsewhere']
  t.deepEqual(
    events.of('run').map(({ title }) => title),
    titles,
  )
  const counts = events
    .of('run')
    .map(({ run }) => events.of('request').filter((request) => request.run === run).length)
  t.deepEqual(counts.slice(0, 2), [50, 50])
})
