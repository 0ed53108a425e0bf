import test from 'ava'
import { clientSecretBasic, introspection, memoryStore, type Store } from 'koa-resource-server'
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
