import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { encode, signInput } from '../sign-compact.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** A request that is about to be sent. */
export interface Presented {
  /** Value of `Authorization`, if there is one. */
  readonly authorization?: string
  /** Whether what the kind says of it still holds when the answer comes. Default: it does. */
  readonly holds?: () => boolean
}

/** A kind of requests, and how they may be answered however bad things are. */
export interface Kind {
  readonly name: string
  readonly good: boolean
  /** How often it comes, beside the others. */
  readonly weight: number
  readonly allowed: readonly number[]
  /** `undefined`: there is none at this moment. */
  make(world: World, random: Random): Promise<Presented | undefined>
}

const bearer = (token: string): Presented => ({ authorization: `Bearer ${token}` })
const now = (): number => Math.floor(Date.now() / 1000)

/** A JWT of the issuer whose keys are always known, which is bad in a way that needs no asking. */
function bad(name: string, weight: number, claims: object, header: object = {}): Kind {
  return {
    name,
    good: false,
    weight,
    allowed: [401],
    make: async ({ announced }) => bearer(await announced.signing.accessToken(claims, header)),
  }
}

export const kinds: readonly Kind[] = [
  {
    name: 'good JWT',
    good: true,
    weight: 35,
    allowed: [200],
    make: async ({ announced }) => bearer(await announced.signing.accessToken()),
  },
  {
    name: 'good JWT without kid',
    good: true,
    weight: 6,
    allowed: [200],
    make: async ({ announced }) =>
      bearer(await announced.signing.accessToken({}, { kid: undefined })),
  },
  {
    name: 'good JWT, key replaced without notice',
    good: true,
    weight: 12,
    allowed: [200, 503],
    async make({ sudden }) {
      const { signing } = sudden
      return { ...bearer(await signing.accessToken()), holds: () => sudden.isPublished(signing) }
    },
  },
  {
    name: 'good opaque token',
    good: true,
    weight: 14,
    allowed: [200, 503],
    make: async (world) => bearer(world.newOpaqueToken()),
  },
  {
    name: 'good opaque token, seen before',
    good: true,
    weight: 14,
    allowed: [200, 503],
    async make(world, random) {
      return world.opaque.length > 0 ? bearer(random.pick(world.opaque)) : undefined
    },
  },

  bad('expired', 3, { iat: 1, exp: 2 }),
  bad('not yet valid', 2, { nbf: now() + 86_400 }),
  bad('another audience', 2, { aud: 'https://other.example.com' }),
  bad('bound to a key', 1, { cnf: { jkt: 'x' } }),
  bad('an ID token', 2, {}, { typ: 'JWT' }),
  bad('exp as text', 1, { exp: '9999999999' }),
  {
    name: 'wrong signature',
    good: false,
    weight: 4,
    allowed: [401],
    async make({ announced }) {
      const token = await announced.signing.accessToken()
      const forged = randomBytes(64).toString('base64url')
      return bearer(`${token.slice(0, token.lastIndexOf('.'))}.${forged}`)
    },
  },
  {
    name: 'alg none',
    good: false,
    weight: 2,
    allowed: [401],
    async make({ announced }) {
      const [, claims] = (await announced.signing.accessToken()).split('.')
      return bearer(`${encode({ alg: 'none', typ: 'at+jwt' })}.${claims}.${encode('none')}`)
    },
  },
  {
    name: 'the public key as an HMAC secret',
    good: false,
    weight: 2,
    allowed: [401],
    async make({ announced }) {
      const { jwks, accessToken } = announced.signing
      const [, claims] = (await accessToken()).split('.')
      const key = createSecretKey(Buffer.from(JSON.stringify(jwks.keys[0])))
      const { kid } = jwks.keys[0]!
      const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${claims}`
      return bearer(signInput(input, key, 'HS256'))
    },
  },
  {
    name: 'forged kid',
    good: false,
    weight: 25,
    allowed: [401, 503],
    make: async ({ forger }) => bearer(await forger.accessToken({}, { kid: randomUUID() })),
  },
  {
    name: 'forged under a published kid',
    good: false,
    weight: 3,
    allowed: [401],
    async make({ forger, announced }) {
      const { kid } = announced.signing.jwks.keys[0]!
      return bearer(await forger.accessToken({}, { kid }))
    },
  },
  {
    name: 'forged without kid',
    good: false,
    weight: 5,
    allowed: [401, 503],
    make: async ({ forger }) => bearer(await forger.accessToken({}, { kid: undefined })),
  },
  {
    name: 'withdrawn key',
    good: false,
    weight: 3,
    allowed: [401, 503],
    async make({ withdrawn }, random) {
      return withdrawn.length > 0 ? bearer(await random.pick(withdrawn).accessToken()) : undefined
    },
  },
  {
    name: 'another issuer',
    good: false,
    weight: 2,
    allowed: [401, 503],
    make: async ({ stranger }) => bearer(await stranger.accessToken()),
  },
  {
    name: 'revoked',
    good: false,
    weight: 4,
    allowed: [401, 503],
    async make({ revoked }, random) {
      return revoked.length > 0 ? bearer(random.pick(revoked)) : undefined
    },
  },
  {
    name: 'unknown opaque token',
    good: false,
    weight: 5,
    allowed: [401, 503],
    make: async () => bearer(`opaque-${randomUUID()}`),
  },
  {
    name: 'malformed credentials',
    good: false,
    weight: 2,
    allowed: [400],
    make: async (_, random) => bearer(random.pick(['', '"a"', 'a b', '=', '{}', 'a=b'])),
  },
  { name: 'no credentials', good: false, weight: 1, allowed: [401], make: async () => ({}) },
]
