import { createSecretKey } from 'node:crypto'
import * as fc from 'fast-check'
import { encode, signInput } from '../sign-compact.ts'
import { goodClaims, goodHeader, issue, keys } from './issuer.ts'

/** Tokens of each key, with and without `kid`. */
export const genuine: readonly string[] = keys.flatMap((key) => [
  issue(goodClaims(), goodHeader(key), key),
  issue({ ...goodClaims(), sub: 'client-1' }, { ...goodHeader(key), kid: undefined }, key),
])

export const alphabet = Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
)

/** Makes another token of a token, or by chance the same. */
export type Mutation = (token: string) => string

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const at = (share: number, { length }: { readonly length: number }): number =>
  Math.floor(share * length)
const part = fc.constantFrom(0, 1, 2)
const inPart =
  (which: number, change: (part: string) => string): Mutation =>
  (token) =>
    token
      .split('.')
      .with(Math.min(which, token.split('.').length - 1), change(token.split('.')[which] ?? ''))
      .join('.')

const character = fc.oneof(
  fc.constantFrom(...alphabet),
  fc.constantFrom(...Array.from('.=+/~ ,"\\\u00e9')),
)
const ofCharacters = fc.oneof(
  fc.tuple(place, character).map(
    ([where, into]): Mutation =>
      (token) =>
        token.slice(0, at(where, token)) + into + token.slice(at(where, token) + 1),
  ),
  fc.tuple(place, fc.string({ unit: character, maxLength: 4 })).map(
    ([where, more]): Mutation =>
      (token) =>
        token.slice(0, at(where, token)) + more + token.slice(at(where, token)),
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(
    ([where, length]): Mutation =>
      (token) =>
        token.slice(0, at(where, token)) + token.slice(at(where, token) + length),
  ),
  fc.constantFrom<Mutation>(
    (token) => `${token}=`,
    (token) => `${token}.`,
    (token) => `${token}.${token}`,
    (token) => `.${token}`,
    (token) => token.toLowerCase(),
    (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
    (token) => token.slice(0, token.lastIndexOf('.') + 1),
    (token) => token.slice(0, token.lastIndexOf('.')),
    (token) => token.replace('.', '..'),
  ),
)

/** The same bytes in another spelling: bits that decoding drops, padding, a stray character. */
const ofSpelling = fc
  .tuple(part, fc.integer({ min: 1, max: 63 }), fc.constantFrom('', '=', '==', ' '))
  .map(([which, bits, more]): Mutation =>
    inPart(which, (text) => {
      const last = alphabet.indexOf(text.at(-1) ?? 'A')
      const spare = [0, 0, 15, 3][text.length % 4]!
      return `${text.slice(0, -1)}${alphabet[last ^ (bits & spare)] ?? 'A'}${more}`
    }),
  )

const ofBits = fc
  .tuple(part, place, fc.integer({ min: 0, max: 7 }))
  .map(([which, where, bit]): Mutation =>
    inPart(which, (text) => {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length > 0) bytes[at(where, bytes)]! ^= 1 << bit
      return bytes.toString('base64url')
    }),
  )

const ofSignature = fc
  .constantFrom(0, 1, 32, 64, 96, 128, 256, 1000)
  .chain((size) =>
    fc
      .constantFrom(0, 1, 255)
      .map((byte): Mutation => inPart(2, () => Buffer.alloc(size, byte).toString('base64url'))),
  )

const ofMembers = fc
  .tuple(
    fc.constantFrom(0, 1),
    fc.constantFrom(
      'alg',
      'kid',
      'typ',
      'jwk',
      'iss',
      'sub',
      'exp',
      'aud',
      'scope',
      '__proto__',
      'x',
    ),
    fc.oneof(
      fc.constantFrom('none', 'HS256', 'RS256', 'ES256', 'Ed25519', 'admin', 9e9),
      fc.jsonValue({ maxDepth: 1 }),
    ),
  )
  .map(([which, name, value]): Mutation =>
    inPart(which, (text) => {
      try {
        const object = JSON.parse(Buffer.from(text, 'base64url').toString()) as object
        return encode(
          `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`,
        )
      } catch {
        return text
      }
    }),
  )

const ofParts = fc
  .tuple(part, fc.constantFrom(...genuine))
  .map(([which, other]): Mutation => inPart(which, () => other.split('.')[which]!))

/** A public key as the secret of an HMAC, in each spelling that a server might have of it. (RFC 8725 §2.1) */
const publicSecrets = keys.flatMap(({ publicKey, jwk }) => [
  publicKey.export({ format: 'pem', type: 'spki' }),
  publicKey.export({ format: 'der', type: 'spki' }),
  JSON.stringify(jwk),
])
const ofConfusion = fc
  .tuple(fc.constantFrom(...publicSecrets), fc.constantFrom('HS256', 'HS384', 'HS512', 'none'))
  .map(([secret, alg]): Mutation => () => {
    const input = `${encode({ ...goodHeader(), alg })}.${encode(goodClaims())}`
    return alg === 'none'
      ? `${input}.`
      : signInput(input, createSecretKey(Buffer.from(secret)), alg)
  })

/** Each way in which a token may have been tampered with. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 6, arbitrary: ofCharacters },
  { weight: 3, arbitrary: ofSpelling },
  { weight: 5, arbitrary: ofBits },
  { weight: 1, arbitrary: ofSignature },
  { weight: 4, arbitrary: ofMembers },
  { weight: 2, arbitrary: ofParts },
  { weight: 1, arbitrary: ofConfusion },
)
