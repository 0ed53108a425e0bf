import * as fc from 'fast-check'
import { jwt, requireScope } from 'koa-resource-server'
import { protect } from './api.ts'
import { goodClaims, issue, issuer, jwks } from './issuer.ts'
import { expectStatus, property } from './property.ts'

const guard = requireScope('orders:read')
const api = protect({ tokens: jwt({ issuer, jwks }) }, guard)
const word = fc.oneof(
  fc.constantFrom('orders:read', 'orders', 'orders:read2', 'Orders:Read', '*', 'orders:*', '', '"'),
  fc.string(),
)

export const scopes = property(
  'a scope is had by name, or it is 403',
  0.03,
  [200, 403],
  fc.array(word, { maxLength: 4 }),
  async (words) => {
    const scope = words.join(' ')
    const { status } = await api.present(issue({ ...goodClaims(), scope }))
    const has = scope.split(' ').includes('orders:read')
    expectStatus(status, has ? [200] : [403], JSON.stringify(scope))
    return status
  },
)
