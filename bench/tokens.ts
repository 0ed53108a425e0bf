import { randomBytes, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Key } from './keys.ts'
import type { Place } from './servers/server.ts'

/** Characters of an access token, as they are in the wild. */
const size = 850
/** Off the main thread, on as many as Node has for it. */
const signAside = promisify(sign)

/** Signs access tokens, each another one. (RFC 9068) */
export async function accessTokens(
  place: Place,
  key: Key,
  count: number,
  claims: object = {},
): Promise<string[]> {
  return many(count, async () => accessToken(place, key, claims))
}

/** Signs one access token; `kid` may be claimed to be another. */
export async function accessToken(
  place: Place,
  key: Key,
  claims: object = {},
  kid: string = key.kid,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const signatureSize = key.algorithm.endsWith('S256') && key.algorithm !== 'ES256' ? 342 : 86
  const payload = {
    iss: place.issuer,
    sub: `user-${randomUUID()}`,
    aud: place.audience,
    client_id: 'storefront',
    scope: 'openid orders:read orders:write',
    iat: now,
    exp: now + 3600,
    jti: randomUUID(),
    ...claims,
  }
  const header = { alg: key.algorithm, typ: 'at+jwt', kid }
  const bare = encode(header).length + encode({ ...payload, picture: '' }).length + signatureSize
  const picture = 'p'.repeat(Math.max(0, Math.floor(((size - bare) * 3) / 4)))
  return jws(header, { ...payload, picture }, key)
}

/** Signs a compact JWS. (RFC 7515 §7.1) */
export async function jws(header: object, payload: object, key: Key): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`
  const signature = await signAside(key.digest, Buffer.from(input), key.privateInput)
  return `${input}.${signature.toString('base64url')}`
}

/** Each token with the signature of the next. */
export function withWrongSignatures(tokens: readonly string[]): string[] {
  return tokens.map((token, i) => {
    const other = tokens[(i + 1) % tokens.length]!
    return token.slice(0, token.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'))
  })
}

export function opaqueTokens(count: number): string[] {
  return Array.from({ length: count }, () => randomBytes(32).toString('base64url'))
}

/** Makes so many, some at a time. */
export async function many<T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < count) {
    const from = made.length
    const lot = Array.from({ length: Math.min(64, count - from) }, async (_, i) => make(from + i))
    made.push(...(await Promise.all(lot)))
  }
  return made
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
