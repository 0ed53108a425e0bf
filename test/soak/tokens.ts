import { randomBytes, randomUUID } from 'node:crypto'
import type { AuthorizationServer } from 'koa-resource-server/testing'
import { encode } from '../sign-compact.ts'

/** A kind of token; each one made differs from all before. */
export interface Kind {
  readonly name: string
  readonly weight: number
  readonly allowed: readonly number[]
  make(as: AuthorizationServer): string | Promise<string>
}

const signature = (): string => randomBytes(64).toString('base64url')
const kidOf = ({ jwks }: AuthorizationServer): string => jwks.keys[0]!.kid!

/** A JWT whose signature is made up; nothing else is wrong with it but what is given. */
function forged({ issuer }: AuthorizationServer, claims: object, header: object): string {
  const iat = Math.floor(Date.now() / 1000)
  const all = {
    iss: issuer,
    sub: 'resource-owner-1',
    client_id: 'client-1',
    aud: 'https://api.example.com',
    iat,
    exp: iat + 300,
    jti: randomUUID(),
    ...claims,
  }
  return `${encode({ alg: 'ES256', typ: 'at+jwt', ...header })}.${encode(all)}.${signature()}`
}

export const kinds: readonly Kind[] = [
  { name: 'good JWT', weight: 25, allowed: [200], make: (as) => as.accessToken() },
  {
    name: 'good opaque token',
    weight: 15,
    allowed: [200],
    make: (as) => as.opaqueToken({ note: randomBytes(300).toString('base64') }),
  },
  { name: 'unknown opaque token', weight: 15, allowed: [401], make: () => randomUUID().repeat(8) },
  {
    name: 'expired',
    weight: 5,
    allowed: [401],
    make: (as) => forged(as, { exp: 1 }, { kid: kidOf(as) }),
  },
  {
    name: 'wrong signature',
    weight: 10,
    allowed: [401],
    make: (as) => forged(as, {}, { kid: kidOf(as) }),
  },
  {
    name: 'forged kid',
    weight: 15,
    allowed: [401, 503],
    make: (as) => forged(as, {}, { kid: randomBytes(380).toString('base64') }),
  },
  { name: 'forged without kid', weight: 5, allowed: [401, 503], make: (as) => forged(as, {}, {}) },
  {
    name: 'many claims',
    weight: 4,
    allowed: [401],
    make: (as) =>
      forged(as, Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`c${i}`, i])), {
        kid: kidOf(as),
      }),
  },
  {
    name: 'deep claims',
    weight: 3,
    allowed: [401],
    make: () => `${encode({ id: randomUUID() })}.${encode('{"a":'.repeat(1500))}.${signature()}`,
  },
  {
    name: 'many audiences',
    weight: 3,
    allowed: [401],
    make: (as) => forged(as, { aud: Array.from({ length: 1500 }, (_, i) => `a${i}`) }, {}),
  },
  {
    name: 'many dots',
    weight: 3,
    allowed: [401],
    make: () => `${randomUUID()}${'.'.repeat(12_000)}`,
  },
  {
    name: 'nothing but padding',
    weight: 2,
    allowed: [400],
    make: () => `${'='.repeat(10_000)}${randomUUID()}`,
  },
]
