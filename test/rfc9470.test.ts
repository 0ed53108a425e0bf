import test, { type ExecutionContext } from 'ava'
import { clientSecretBasic, introspection, jwt, requireScope } from 'koa-resource-server'
import {
  type AuthenticationRequirements,
  InsufficientUserAuthentication,
  requireFreshIntrospection,
  requireStepUp,
} from 'koa-resource-server/guards'
import { authorizationServer } from 'koa-resource-server/testing'
import { type Answer, audience, issuing, protect, type Send } from './kit.ts'
import { routed } from './routed.ts'

const as = await authorizationServer({ audience, issuer: 'https://rfc9470.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const now = Math.floor(Date.now() / 1000)
const acrValues = ['urn:example:gold', 'urn:example:silver']

function stepUp({ status, bearer }: Answer): object {
  const { realm: _, error_description: _described, ...parameters } = bearer ?? {}
  return { status, ...parameters }
}

async function api(t: ExecutionContext, requirements: AuthenticationRequirements): Promise<Send> {
  return (await protect(t, { tokens, clockTolerance: 10 }, requireStepUp(requirements))).send
}

test('RS-185, RS-188 §3, §6.1: an authentication that is too weak is 401 insufficient_user_authentication', async (t) => {
  const send = await api(t, { acrValues })
  for (const acr of acrValues) t.is((await send(await as.accessToken({ acr }))).status, 200, acr)
  for (const acr of ['', 'urn:example:bronze', 'gold', 'urn:example:GOLD', acrValues.join(' ')]) {
    t.deepEqual(
      stepUp(await send(await as.accessToken({ acr }))),
      {
        status: 401,
        acr_values: 'urn:example:gold urn:example:silver',
        error: 'insufficient_user_authentication',
      },
      acr,
    )
  }
})

test('RS-185, RS-188 §3, §6.1: and so is one too long ago, or in the future, but for the clocks', async (t) => {
  const send = await api(t, { maxAge: 300 })
  for (const ago of [0, 299, 305, -5]) {
    t.is((await send(await as.accessToken({ auth_time: now - ago }))).status, 200, String(ago))
  }
  for (const ago of [330, 3600, now, -60, -1e9]) {
    t.deepEqual(
      stepUp(await send(await as.accessToken({ auth_time: now - ago }))),
      { status: 401, max_age: '300', error: 'insufficient_user_authentication' },
      String(ago),
    )
  }
})

test('RS-186 §3: the challenge has acr_values in the order of preference, and max_age', async (t) => {
  const send = await api(t, { acrValues, maxAge: 0 })
  const answer = await send(await as.accessToken({ acr: acrValues[0], auth_time: now - 60 }))
  t.deepEqual(stepUp(answer), {
    status: 401,
    acr_values: 'urn:example:gold urn:example:silver',
    max_age: '0',
    error: 'insufficient_user_authentication',
  })
  t.is(answer.headers.get('Cache-Control'), 'no-store')
  t.is((await send(await as.accessToken({ acr: acrValues[1], auth_time: now }))).status, 200)
})

test('RS-186, RS-187 §3: what could not stand in the challenge is refused when the guard is made', (t) => {
  const wrong: readonly unknown[] = [
    undefined,
    {},
    { acrValues: [] },
    { acrValues: 'gold' },
    { acrValues: ['gold silver'] },
    { acrValues: ['"gold"'] },
    { acrValues: ['göld'] },
    { acrValues: [''] },
    { acrValues: [1] },
    { maxAge: -1 },
    { maxAge: 1.5 },
    { maxAge: '300' },
    { maxAge: NaN },
    { maxAge: Infinity },
    { maxAge: 300, acr: 'gold' },
  ]
  for (const requirements of wrong) {
    t.throws(
      () => requireStepUp(requirements as AuthenticationRequirements),
      { instanceOf: TypeError },
      JSON.stringify(requirements),
    )
  }
  t.throws(() => new InsufficientUserAuthentication({}), { instanceOf: TypeError })
  t.throws(() => new InsufficientUserAuthentication({ maxAge: -1 }), { instanceOf: TypeError })
})

test('RS-189 §6.2: acr and auth_time are read from introspection answers, fresh ones too', async (t) => {
  const live = await issuing(t)
  const clientAuth = clientSecretBasic('api', 'secret')
  const { send } = await protect(
    t,
    { tokens: introspection({ issuer: live.issuer, clientAuth }) },
    requireStepUp({ acrValues, maxAge: 300 }),
    requireFreshIntrospection(0),
    requireStepUp({ acrValues, maxAge: 300 }),
  )
  const good = { acr: acrValues[0], auth_time: now }
  t.is((await send(live.opaqueToken(good))).status, 200)
  for (const less of [{ acr: 'bronze' }, { auth_time: now - 1000 }, { acr: undefined }]) {
    const { status, bearer } = await send(live.opaqueToken({ ...good, ...less }))
    t.is(status, 401)
    t.is(bearer?.['error'], 'insufficient_user_authentication')
  }
})

test('RS-189: a token that is asked about again must still be enough for the guards that it has passed', async (t) => {
  const live = await issuing(t)
  const clientAuth = clientSecretBasic('api', 'secret')
  const { send } = await protect(
    t,
    { tokens: introspection({ issuer: live.issuer, clientAuth }) },
    requireStepUp({ acrValues }),
    async (ctx, next) => (ctx.method === 'POST' ? requireFreshIntrospection(0)(ctx, next) : next()),
  )
  const token = live.opaqueToken({ acr: acrValues[0] })
  t.is((await send(token)).status, 200)
  t.is((await send(token, { method: 'POST' })).status, 200)
  const before = live.introspect(token)
  live.introspect = () => ({ ...before, acr: 'bronze' })
  t.is((await send(token)).status, 200, 'remembered')
  const { status, bearer } = await send(token, { method: 'POST' })
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
})

test('RS-190: a token that tells neither acr nor auth_time is not enough', async (t) => {
  for (const requirements of [{ acrValues }, { maxAge: 86_400 * 365 }]) {
    const send = await api(t, requirements)
    const { status, bearer } = await send(await as.accessToken())
    t.is(status, 401)
    t.is(bearer?.['error'], 'insufficient_user_authentication')
  }
})

test('RS-191 §3: scope accompanies the challenge when it is lacking too, whichever guard comes first', async (t) => {
  const guards = [requireScope('orders:read', 'payments'), requireStepUp({ maxAge: 300 })]
  for (const order of [guards, guards.toReversed()]) {
    const send = await routed(t, { tokens }, (router) => {
      router.get('/', ...order, (ctx) => (ctx.body = 'paid'))
    })
    const lacking = await as.accessToken({ scope: 'orders:read' })
    const challenge = { status: 401, max_age: '300', error: 'insufficient_user_authentication' }
    t.deepEqual(stepUp(await send(lacking)), { ...challenge, scope: 'orders:read payments' })
    const old = await as.accessToken({ scope: 'payments orders:read' })
    t.deepEqual(stepUp(await send(old)), challenge)
    const less = await as.accessToken({ scope: 'payments', auth_time: now })
    t.is((await send(less)).status, 403)
    const good = await as.accessToken({ scope: 'orders:read payments', auth_time: now })
    t.is((await send(good)).status, 200)
  }
})

test('RS-192: a client on its own behalf can’t step up, and is told 403', async (t) => {
  const send = await api(t, { acrValues, maxAge: 300 })
  const own = { sub: 'client-1' }
  for (const claims of [own, { ...own, acr: acrValues[0], auth_time: now }]) {
    const { status, bearer } = await send(await as.accessToken(claims))
    t.is(status, 403)
    t.is(bearer?.['error'], 'insufficient_scope')
    t.is(bearer?.['acr_values'], undefined)
    t.is(bearer?.['scope'], undefined)
  }
})

test('RS-185: an application may have the client step up by itself', async (t) => {
  const { send } = await protect(t, { tokens }, () => {
    throw new InsufficientUserAuthentication({ maxAge: 60 }, { scope: ['a'] })
  })
  t.deepEqual(stepUp(await send(await as.accessToken())), {
    status: 401,
    scope: 'a',
    max_age: '60',
    error: 'insufficient_user_authentication',
  })
})
