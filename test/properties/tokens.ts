import * as fc from 'fast-check'
import { jwt } from 'koa-resource-server'
import { encode } from '../sign-compact.ts'
import { protect } from './api.ts'
import { goodClaims, goodHeader, issuer, jwks } from './issuer.ts'
import { alphabet, genuine, mutation } from './mutations.ts'
import { expectStatus, property } from './property.ts'

const api = protect({ tokens: jwt({ issuer, jwks }) })

const mutated = fc
  .tuple(fc.constantFrom(...genuine), fc.array(mutation, { maxLength: 3 }))
  .map(([token, mutations]) => mutations.reduce((mutant, mutate) => mutate(mutant), token))

const jwtLike = fc
  .tuple(
    fc.constantFrom(encode(goodHeader()), 'e30', '', 'bnVsbA'),
    fc.constantFrom(encode(goodClaims()), 'e30', 'W10'),
    fc.base64String(),
  )
  .map((parts) => parts.join('.'))
const made = fc.oneof(
  jwtLike,
  fc.string({ unit: fc.constantFrom(...alphabet, '.', '.'), minLength: 1, maxLength: 200 }),
  fc.integer({ min: 1, max: 16_384 }).map((length) => '.'.repeat(length)),
  fc
    .integer({ min: 1, max: 5000 })
    .map((depth) => `${encode('['.repeat(depth))}.${encode('{"a":'.repeat(depth / 4))}.AA`),
)

export const mutants = property(
  'of all that resembles a genuine token, only itself is admitted',
  0.25,
  [200, 400, 401],
  fc.oneof({ weight: 9, arbitrary: mutated }, { weight: 1, arbitrary: made }),
  async (token) => {
    const { status } = await api.present(token)
    // Spaces before a token belong to the credentials.
    const same = genuine.includes(token.replace(/^ +/, ''))
    expectStatus(status, same ? [200] : [400, 401], token)
    return status
  },
)
