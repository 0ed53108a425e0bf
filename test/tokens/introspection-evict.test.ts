import test from 'ava'
import { clientSecretBasic, introspection, memoryStore, type Store } from 'koa-resource-server'
import { requireFreshIntrospection } from 'koa-resource-server/guards'
import { issuing, protect } from '../kit.ts'

const clientAuth = clientSecretBasic('api', 'secret')
const askedOf = (as: { readonly requests: readonly string[] }): number =>
  as.requests.filter((request) => request === 'POST /introspect').length

for (const [where, store] of [
  ['memory of its own', undefined],
  ['a store that is given', memoryStore()],
] as const) {
  test(`evict: with ${where}, the token is asked about again, and others are not`, async (t) => {
    const as = await issuing(t)
    const stores: { store?: Store; inactiveStore?: Store } =
      store === undefined ? {} : { store, inactiveStore: store }
    const dialect = { clientId: ['azp'] }
    const endpoint = `${as.issuer}/introspect`
    const tokens = introspection({ endpoint, clientAuth, dialect, ...stores })
    const { send } = await protect(t, { tokens })
    const claims = { sub: 'alice', client_id: undefined, azp: 'app' }
    const token = as.opaqueToken({ ...claims, jti: 'one' })
    const other = as.opaqueToken({ sub: 'bob', client_id: undefined, azp: 'desk', jti: 'two' })
    for (const eviction of [{ token }, { sub: 'alice' }, { client: 'app' }, { jti: 'one' }]) {
      const first = askedOf(as) === 0
      for (let again = 0; again < 3; again += 1) {
        t.is((await send(token)).status, 200)
        t.is((await send(other)).status, 200)
      }
      if (first) t.is(askedOf(as), 2, 'each once')
      const before = askedOf(as)
      await tokens.evict!(eviction)
      t.is((await send(other)).status, 200)
      t.is(askedOf(as), before, `${JSON.stringify(eviction)} is not about the other`)
      t.is((await send(token)).status, 200)
      t.is(askedOf(as), before + 1, JSON.stringify(eviction))
    }
    as.revoke(token)
    await tokens.evict!({ token })
    t.is((await send(token)).status, 401)
  })
}

test('evict: a resource owner whom the dialect finds elsewhere than in sub', async (t) => {
  const as = await issuing(t)
  const dialect = { owner: ['sub', 'username'], onBehalfOf: () => 'resource-owner' as const }
  const endpoint = `${as.issuer}/introspect`
  const tokens = introspection({ endpoint, clientAuth, dialect })
  const { admitted, send } = await protect(t, { tokens })
  const token = as.opaqueToken({ sub: undefined, username: 'alice' })
  t.is((await send(token)).status, 200)
  t.is(admitted.at(-1)?.resourceOwner?.subject, 'alice')
  as.revoke(token)
  await tokens.evict!({ sub: 'alice' })
  t.is((await send(token)).status, 401)
})

test('what an answer on demand has taken back stays so where the store cannot be written', async (t) => {
  const as = await issuing(t)
  const known = memoryStore()
  let full = false
  const store: Store = {
    ...known,
    async set(...entry) {
      if (full) throw new Error('OOM')
      await known.set(...entry)
    },
  }
  const tokens = introspection({ issuer: as.issuer, clientAuth, store, inactiveStore: store })
  const ordinary = await protect(t, { tokens })
  const strict = await protect(t, { tokens }, requireFreshIntrospection(0))
  const token = as.opaqueToken({ sub: 'alice' })
  t.is((await ordinary.send(token)).status, 200)
  as.revoke(token)
  full = true
  t.is((await strict.send(token)).status, 401)
  t.is((await ordinary.send(token)).status, 401)
})
