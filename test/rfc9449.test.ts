import test from 'ava'
import { jwt } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { dpopKey } from 'koa-resource-server/testing'
import { audience, issuing, protect } from './kit.ts'

test('x', async (t) => {
  const as = await issuing(t)
  const key = await dpopKey()
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }), confirmation: dpop() })
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  const proof = await key.proof({ url: `${audience}/`, token })
  const r = await send(undefined, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } })
  t.log(r)
  const r2 = await send(undefined, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } })
  t.log(r2)
  t.is(r.status, 200)
  t.is(r2.status, 401)
})
