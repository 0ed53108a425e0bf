import * as fc from 'fast-check'
import { jwt } from 'koa-resource-server'
import { protect } from './api.ts'
import { issue, issuer, jwks, key } from './issuer.ts'
import { expectStatus, property } from './property.ts'
import { anyHeaders, ok, replying, type Reply, useless } from './upstream.ts'

type Entry = Readonly<Record<string, unknown>>

const json = fc.jsonValue({ maxDepth: 2 })
const own: Entry = key.jwk
const others = jwks.keys.filter((jwk) => jwk !== own)

function withMembers(members: object): Entry {
  return { ...own, ...members }
}

/** The key with something about it changed. */
const changed: fc.Arbitrary<Entry> = fc
  .dictionary(
    fc.constantFrom(
      'kty',
      'crv',
      'alg',
      'use',
      'key_ops',
      'kid',
      'x',
      'y',
      'd',
      'k',
      'p',
      'ext',
      'x5c',
      '__proto__',
    ),
    fc.oneof(
      fc.constantFrom<unknown>(
        'EC',
        'RSA',
        'oct',
        'P-256',
        'P-384',
        'ES256',
        'EdDSA',
        'sig',
        'enc',
        key.kid,
        own['x'],
        own['y'],
        ['verify'],
        ['sign', 'verify'],
        ['sign'],
        'verify',
        [],
        null,
        'AA',
        '',
      ),
      json,
    ),
    { minKeys: 1, maxKeys: 3 },
  )
  .map((members) => withMembers(members))

/** What RFC 7517 §4 leaves of an entry as a key for our token. */
function verifies(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false
  const { kty, crv, x, y, use, key_ops: ops, alg, kid } = entry as Entry
  return (
    !['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'].some((name) =>
      Object.hasOwn(entry, name),
    ) &&
    kty === 'EC' &&
    crv === 'P-256' &&
    x === own['x'] &&
    y === own['y'] &&
    (use === undefined || use === 'sig') &&
    (ops === undefined || (Array.isArray(ops) && ops.includes('verify'))) &&
    (alg === undefined || alg === 'ES256') &&
    kid === key.kid
  )
}

const entry: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(own) },
  { weight: 4, arbitrary: changed },
  { weight: 2, arbitrary: fc.constantFrom(...others) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      null,
      0,
      '',
      [],
      {},
      [[]],
      { kty: 'oct', k: 'AA' },
      { kty: 'RSA', n: 'AQ', e: 'AQAB' },
      { kty: 'OKP', crv: 'Ed25519', x: '' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
    ),
  },
  { weight: 1, arbitrary: json },
)
const entries = fc.array(entry, { maxLength: 5 })

interface Published {
  readonly reply: Reply
  /** `undefined`: the document is no key set. */
  readonly keys: readonly unknown[] | undefined
}

const published: fc.Arbitrary<Published> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(entries, anyHeaders, fc.dictionary(fc.string(), json, { maxKeys: 2 }))
      .map(([keys, headers, more]) => ({ reply: { ...ok({ ...more, keys }), headers }, keys })),
  },
  { weight: 1, arbitrary: useless.map((reply) => ({ reply, keys: undefined })) },
  {
    weight: 1,
    arbitrary: json
      .filter((value) => !Array.isArray(value))
      .map((keys) => ({ reply: ok({ keys }), keys: undefined })),
  },
)

const token = issue()

export const keySets = property(
  'key sets as published: a token is admitted if its own key is there and usable, whatever stands beside it',
  0.08,
  [200, 401, 503],
  published,
  async ({ reply, keys }) => {
    const api = protect({
      tokens: jwt({
        issuer,
        jwksUri: `${issuer}/jwks`,
        coolDown: 0.01,
        fetch: replying(() => reply),
      }),
    })
    const { status } = await api.present(token)
    const good = keys?.some(verifies) ?? false
    expectStatus(status, good ? [200] : [401, 503], JSON.stringify(keys ?? reply))
    if (keys === undefined) expectStatus(status, [503], JSON.stringify(reply))
    return status
  },
)

export const givenKeySets = property(
  'key sets as options: no good one is refused, a useless one is a TypeError at once',
  0.02,
  [200, 401],
  entries,
  async (keys) => {
    const good = keys.some(verifies)
    try {
      const { status } = await protect({ tokens: jwt({ issuer, jwks: { keys } }) }).present(token)
      expectStatus(status, good ? [200] : [401], JSON.stringify(keys))
      return status
    } catch (error) {
      if (error instanceof TypeError && !good) return 0
      throw error
    }
  },
)
