import test from 'ava'
import { jwt } from 'koa-resource-server'
import { requireAudience, requireIssuer } from 'koa-resource-server/guards'
import { authorizationServer } from 'koa-resource-server/testing'
import { audience, protect } from './kit.ts'

const as = await authorizationServer({ audience, issuer: 'https://rfc8707.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const orders = `${audience}/orders`
const stock = `${audience}/stock`

test('RS-217 §2: a route can be for the tokens of one resource alone', async (t) => {
  const { send, admitted } = await protect(
    t,
    { tokens, audience: [audience, orders, stock] },
    requireAudience(orders),
  )
  for (const aud of [orders, [stock, orders]]) {
    t.is((await send(await as.accessToken({ aud }))).status, 200)
  }
  for (const aud of [stock, audience, [audience, stock], `${orders}/`, `${orders}/1`]) {
    if (aud.length > orders.length) continue
    const { status, bearer } = await send(await as.accessToken({ aud }))
    t.is(status, 401)
    t.is(bearer?.['error'], 'invalid_token')
    t.is(bearer?.['error_description'], 'The access token is for another audience')
  }
  t.is(admitted.length, 2)
})

test('RS-217 §2: its name is an absolute URI without a fragment', (t) => {
  for (const resource of [
    '',
    '/orders',
    'orders',
    'api.example.com',
    `${orders}#a`,
    `${orders}#`,
    'https:',
    'https://a b',
    5,
    undefined,
  ]) {
    t.throws(() => requireAudience(resource as string), { instanceOf: TypeError }, String(resource))
  }
  for (const resource of [orders, 'urn:orders', 'HTTPS://API.example.com', `${orders}?a=b`]) {
    t.notThrows(() => requireAudience(resource))
  }
})

test('a route can be for the tokens of some issuers alone; the others are as if they were not trusted', async (t) => {
  const partner = await authorizationServer({ audience, issuer: 'https://partner8707.example.com' })
  const both = [tokens, jwt({ issuer: partner.issuer, jwks: partner.jwks })]
  const some = await protect(t, { tokens: both }, requireIssuer(as.issuer))
  t.is((await some.send(await as.accessToken())).status, 200)
  const { status, bearer } = await some.send(await partner.accessToken())
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
  t.is(bearer?.['error_description'], 'The access token is from another issuer')
  const all = await protect(t, { tokens: both }, requireIssuer(partner.issuer, as.issuer))
  t.is((await all.send(await partner.accessToken())).status, 200)
  for (const issuers of [[], [''], ['https://a.example.com', 5]]) {
    t.throws(() => requireIssuer(...(issuers as string[])), { instanceOf: TypeError })
  }
})
