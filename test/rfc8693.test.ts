import test from 'ava'
import { jwt } from 'koa-resource-server'
import { type ActorName, requireActor, requireNoActor } from 'koa-resource-server/guards'
import { authorizationServer } from 'koa-resource-server/testing'
import { audience, protect } from './kit.ts'

const as = await authorizationServer({ audience, issuer: 'https://rfc8693.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const elsewhere = 'https://elsewhere.example.com'

const delegated = {
  nobody: await as.accessToken(),
  back: await as.accessToken({ act: { sub: 'back-end' } }),
  own: await as.accessToken({ act: { sub: 'back-end', iss: as.issuer } }),
  foreign: await as.accessToken({ act: { sub: 'back-end', iss: elsewhere } }),
  front: await as.accessToken({ act: { sub: 'front-end', act: { sub: 'back-end' } } }),
  may: await as.accessToken({ may_act: { sub: 'back-end' } }),
  both: await as.accessToken({ act: { sub: 'front-end' }, may_act: { sub: 'back-end' } }),
  nameless: await as.accessToken({ act: { client_id: 'back-end' } }),
}

const cases: readonly (readonly [
  title: string,
  guard: ReturnType<typeof requireNoActor> | ReturnType<typeof requireActor>,
  admitted: readonly (keyof typeof delegated)[],
])[] = [
  [
    'RS-215 §4.1: any actor, the outermost',
    requireActor(),
    ['back', 'own', 'foreign', 'front', 'both', 'nameless'],
  ],
  ['RS-215 §4.1: an actor of the same issuer', requireActor('back-end'), ['back', 'own']],
  ['RS-215 §4.1: one of several', requireActor('x', 'front-end'), ['front', 'both']],
  [
    'RS-215 §4.1: an actor of another issuer',
    requireActor({ issuer: elsewhere, subject: 'back-end' }),
    ['foreign'],
  ],
  [
    'RS-215 §4.1: an actor that a predicate approves of',
    requireActor(async ({ claims, actor }) => claims['sub'] === 'front-end' && actor === undefined),
    ['both'],
  ],
  ['RS-215: only true is a yes', requireActor((() => 'yes') as unknown as () => boolean), []],
  ['RS-215 §4.1: nobody acts', requireNoActor(), ['nobody', 'may']],
]

for (const [title, guard, admitted] of cases) {
  test(title, async (t) => {
    const { send } = await protect(t, { tokens }, guard)
    for (const [name, token] of Object.entries(delegated)) {
      const { status, bearer } = await send(token)
      const passes = admitted.includes(name as keyof typeof delegated)
      t.is(status, passes ? 200 : 403, name)
      t.is(bearer?.['error'], passes ? undefined : 'insufficient_scope', name)
      t.notRegex(bearer?.['error_description'] ?? '', /end/, name)
    }
  })
}

test('RS-216 §4.4: may_act lets nobody act here', async (t) => {
  const { send } = await protect(t, { tokens }, requireActor('back-end'))
  t.is((await send(delegated.may)).status, 403)
  t.is((await send(delegated.both)).status, 403)
})

test('an actor that is none is refused when the guard is made', (t) => {
  const yes = (): boolean => true
  const wrong: readonly unknown[][] = [
    [''],
    [5],
    [{ subject: 'a' }],
    [{ issuer: 'https://a.example.com' }],
    [null],
    [yes, 'a'],
    ['a', yes],
  ]
  for (const names of wrong) {
    t.throws(() => requireActor(...(names as ActorName[])), { instanceOf: TypeError })
  }
})

test('RS-215 §4.1: an actor whose names are no text makes a token malformed', async (t) => {
  const { send } = await protect(t, { tokens }, requireActor('svc'))
  t.is((await send(await as.accessToken({ act: { sub: 'svc' } }))).status, 200)
  for (const act of [{ sub: 'svc', iss: 5 }, { sub: 'svc', iss: null }, { sub: ['svc'] }]) {
    const { status, bearer } = await send(await as.accessToken({ act }))
    t.is(status, 401)
    t.is(bearer?.['error'], 'invalid_token')
  }
})
