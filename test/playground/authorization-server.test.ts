import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { grace } from '../../example-api/registration.ts'
import { UserAgent } from '../../example-api/resource-owner/user-agent.ts'
import { playing } from './playing.ts'
import { answers } from './stories.ts'

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

  // Neither log-in nor consent is asked for again, unless the client wants that.
  const request = await playground.begin('/start/authorization-code')
  request.searchParams.delete('prompt')
  const again = await browser.open(request)
  t.is(again.html, undefined)
  t.is((await playground.open(again.url.href)).status, 200)
  t.is((await playground.events()).of('token').length, 3)
})
