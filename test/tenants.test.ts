import test from 'ava'
import { jwt } from 'koa-resource-server'
import { tenantIssuer } from 'koa-resource-server/vendors'
import { issuing, protect } from './kit.ts'

const claim = 'tenant'

test('a tenant that is trusted no longer loses access, however often its token has been seen', async (t) => {
  const as = await issuing(t)
  const customers = new Set(['acme'])
  const issuer = tenantIssuer({
    templates: [`${as.issuer}/{tenant}`],
    claim,
    tenants: (tenant) => customers.has(tenant),
  })
  const { send } = await protect(t, { tokens: jwt({ issuer, jwks: as.jwks }) })
  const token = await as.accessToken({ iss: `${as.issuer}/acme`, tenant: 'acme' })
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  customers.clear()
  t.is((await send(token)).status, 401)
})

test('a function that fails is no verdict, and is not asked about forged tokens', async (t) => {
  const as = await issuing(t)
  const other = await issuing(t, { issuer: as.issuer })
  let asked = 0
  let works = true
  const tenants = (): boolean => {
    asked += 1
    if (!works) throw new Error('no database')
    return true
  }
  const issuer = tenantIssuer({ templates: [`${as.issuer}/{tenant}`], claim, tenants })
  const { send } = await protect(t, { tokens: jwt({ issuer, jwks: as.jwks }) })
  const claims = { iss: `${as.issuer}/acme`, tenant: 'acme' }
  const token = await as.accessToken(claims)
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  works = false
  t.is((await send(token)).status, 503)
  t.is((await send(await as.accessToken(claims))).status, 503)
  const before = asked
  const forged = await other.accessToken(claims, { kid: as.jwks.keys[0]!.kid })
  t.is((await send(forged)).status, 401)
  t.is(asked, before)
})
