import test from 'ava'
import {
  clientSecretBasic,
  InsufficientScope,
  introspection,
  jwt,
  requireResourceOwner,
  requireScope,
} from 'koa-resource-server'
import {
  type AuthorizationDetail,
  requireAll,
  requireAuthorizationDetails,
  type StandardSchema,
} from 'koa-resource-server/guards'
import { authorizationServer } from 'koa-resource-server/testing'
import * as v from 'valibot'
import { audience, issuing, protect } from './kit.ts'
import { routed } from './routed.ts'

const as = await authorizationServer({ audience, issuer: 'https://rfc9396.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })

const payment = v.object({
  type: v.literal('payment'),
  amount: v.pipe(v.string(), v.transform(Number), v.maxValue(100)),
})
const detail = { type: 'payment', amount: '99.50' }
const token = async (...authorization_details: readonly unknown[]): Promise<string> =>
  as.accessToken({ authorization_details })

test('RS-214 §9.1: authorization details of the type that satisfy the schema admit, and the handler has them typed', async (t) => {
  const seen: number[] = []
  const send = await routed(t, { tokens }, (router) => {
    router.post('/', requireAuthorizationDetails('payment', payment), (ctx) => {
      const [first, ...others] = ctx.state.authorizationDetails.payment
      const amount: number = first.amount
      seen.push(amount, ...others.map((each) => each.amount))
      ctx.body = 'paid'
    })
  })
  const other = { type: 'account', amount: '5' }
  const granted = await token(other, detail, { type: 'payment', amount: '500' }, { ...detail })
  t.is((await send(granted, { method: 'POST' })).status, 200)
  t.deepEqual(seen, [99.5, 99.5])
})

test('RS-214 §9.1: those of another type, or that do not satisfy, grant nothing: 403', async (t) => {
  const { send } = await protect(t, { tokens }, requireAuthorizationDetails('payment', payment))
  const refused = {
    'no claim': await as.accessToken(),
    none: await token(),
    'another type': await token({ ...detail, type: 'payments' }),
    'too much': await token({ ...detail, amount: '100.01' }),
    'a member is missing': await token({ type: 'payment' }),
    'of another kind': await token({ ...detail, amount: 5 }),
    'scope of that name': await as.accessToken({ scope: 'payment' }),
  }
  for (const [title, each] of Object.entries(refused)) {
    const { status, bearer } = await send(each)
    t.is(status, 403, title)
    t.deepEqual(
      bearer,
      {
        realm: audience,
        error: 'insufficient_scope',
        error_description: 'The access token lacks authorization details that this request needs',
      },
      title,
    )
  }
})

test('RS-214: without a schema the type alone counts', async (t) => {
  const { send } = await protect(t, { tokens }, requireAuthorizationDetails('payment'))
  t.is((await send(await token({ type: 'payment' }))).status, 200)
  for (const type of ['Payment', 'payments', 'account']) {
    t.is((await send(await token({ ...detail, type }))).status, 403, type)
  }
})

test('RS-214 §9.2: they are read from introspection answers as well', async (t) => {
  const live = await issuing(t)
  const clientAuth = clientSecretBasic('api', 'secret')
  const { send } = await protect(
    t,
    { tokens: introspection({ issuer: live.issuer, clientAuth }) },
    requireAuthorizationDetails('payment', payment),
  )
  const good = live.opaqueToken({ authorization_details: [detail] })
  for (let i = 0; i < 2; i++) t.is((await send(good)).status, 200)
  t.is((await send(live.opaqueToken())).status, 403)
  const malformed = live.opaqueToken({ authorization_details: detail })
  t.is((await send(malformed)).status, 503, 'the authorization server talks nonsense')
})

test('RS-214 §2: a token whose authorization details are malformed is malformed', async (t) => {
  const { send } = await protect(t, { tokens })
  const malformed: readonly unknown[] = [
    detail,
    'payment',
    null,
    [detail, 'payment'],
    [detail, null],
    [[detail]],
    [{ amount: '5' }],
    [{ type: 5 }],
    [{ type: '' }],
  ]
  for (const authorization_details of malformed) {
    const { status, bearer } = await send(await as.accessToken({ authorization_details }))
    t.is(status, 401, JSON.stringify(authorization_details))
    t.is(bearer?.['error'], 'invalid_token')
  }
  t.is((await send(await token())).status, 200)
})

test('RS-214: each type that a route needs is enforced, and both stand in the state', async (t) => {
  const send = await routed(t, { tokens }, (router) => {
    router.get(
      '/',
      requireAll(
        requireResourceOwner(),
        requireAuthorizationDetails('payment', payment),
        requireAuthorizationDetails('__proto__', ({ level }) => level === 2),
      ),
      (ctx) => {
        const { auth, authorizationDetails } = ctx.state
        const owner: string = auth.resourceOwner.subject
        const amount: number = authorizationDetails.payment[0].amount
        ctx.body = [owner, amount, authorizationDetails['__proto__'][0]['level']]
      },
    )
  })
  const level = { type: '__proto__', level: 2 }
  t.is((await send(await token(detail))).status, 403)
  t.is((await send(await token(level))).status, 403)
  t.is((await send(await token(detail, { ...level, level: 1 }))).status, 403)
  const { status, body } = await send(await token(level, detail))
  t.is(status, 200)
  t.is(body, '["resource-owner-1",99.5,2]')
})

test('RS-214: a schema may be asynchronous, a predicate too, and only true is a yes', async (t) => {
  const slow = v.pipeAsync(
    payment,
    v.checkAsync(async ({ amount }) => amount > 1),
  )
  const yes = (async () => 'yes') as unknown as () => Promise<boolean>
  const guards = [
    requireAuthorizationDetails('payment', slow),
    requireAuthorizationDetails('payment', async ({ amount }) => amount === '99.50'),
    requireAuthorizationDetails('payment', yes),
    requireAuthorizationDetails('payment'),
  ]
  const statuses: number[] = []
  for (const guard of guards) {
    const { send } = await protect(t, { tokens }, guard)
    for (const amount of ['99.50', '1']) {
      statuses.push((await send(await token({ ...detail, amount }))).status)
    }
  }
  t.deepEqual(statuses, [200, 403, 200, 403, 403, 403, 200, 200])
})

test('RS-214: a check that fails, or never answers, is 503, and lets nothing pass', async (t) => {
  const schema = (validate: () => any): StandardSchema => ({
    '~standard': { version: 1, vendor: 'test', validate },
  })
  const secret = 'token-content'
  const tests: Record<string, StandardSchema | ((one: AuthorizationDetail) => any)> = {
    throws: ({ amount }) => {
      throw new RangeError(`${secret} ${String(amount)}`)
    },
    rejects: async () => Promise.reject(new Error(secret)),
    'gives no answer': () => new Promise(() => undefined),
    'schema throws': schema(() => {
      throw new TypeError(secret)
    }),
    'schema gives nothing': schema(() => undefined),
    'schema gives no answer': schema(() => new Promise(() => undefined)),
  }
  await Promise.all(
    Object.entries(tests).map(async ([title, one]) => {
      const guard = requireAuthorizationDetails('payment', one as () => boolean)
      const { send, admitted, errors } = await protect(t, { tokens }, guard)
      const answer = await send(await token(detail))
      t.is(answer.status, 503, title)
      t.is(answer.headers.get('Retry-After'), '5', title)
      t.false(answer.body.includes(secret), title)
      t.is(admitted.length, 0, title)
      t.regex(errors[0]?.stack ?? '', /requireAuthorizationDetails payment/, title)
    }),
  )
})

test('RS-214: an error of OAuth that a check throws is the answer', async (t) => {
  const guard = requireAuthorizationDetails('payment', () => {
    throw new InsufficientScope(['vip'])
  })
  const { send } = await protect(t, { tokens }, guard)
  const { status, bearer } = await send(await token(detail))
  t.is(status, 403)
  t.is(bearer?.['scope'], 'vip')
})

test('RS-214: scope that is lacking too stands in the same challenge', async (t) => {
  const guards = [requireScope('pay'), requireAuthorizationDetails('payment', payment)]
  for (const order of [guards, guards.toReversed()]) {
    const send = await routed(t, { tokens }, (router) => {
      router.get('/', ...order, (ctx) => (ctx.body = 'paid'))
    })
    const { status, bearer } = await send(await as.accessToken())
    t.is(status, 403)
    t.is(bearer?.['scope'], 'pay')
    t.regex(bearer?.['error_description'] ?? '', /authorization details/)
    const scoped = await send(await as.accessToken({ scope: 'pay' }))
    t.is(scoped.bearer?.['scope'], undefined)
    t.regex((await send(await token(detail))).bearer?.['error_description'] ?? '', /lacks a scope/)
  }
})

test('a type that is none, and a check that is none, are refused when the guard is made', (t) => {
  const make = requireAuthorizationDetails as (...args: unknown[]) => unknown
  for (const args of [[], [''], [5], ['payment', {}], ['payment', 'x'], ['payment', null]]) {
    t.throws(() => make(...args), { instanceOf: TypeError }, JSON.stringify(args))
  }
})
