import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { signCompact } from '../sign-compact.ts'

export const audience = 'https://api.example.com'
export const issuer = 'https://as.example.com'

/** What must never be seen outside: it stands in every token. */
export const privateClaim = 'for-the-api-alone-7d9f2c'

export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Readonly<Record<string, unknown>>
}

function makeKey(alg: string): SigningKey {
  const { privateKey, publicKey } = pairs[alg]!()
  const kid = `${alg}-key`
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
  return { alg, kid, privateKey, publicKey, jwk }
}

const pairs: Readonly<
  Record<string, () => { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>
> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

/** The keys of the issuer, one for each algorithm. */
export const keys: readonly SigningKey[] = Object.keys(pairs).map(makeKey)

/** Its fastest key, for tokens that are signed by the thousand. */
export const key = keys.find(({ alg }) => alg === 'ES256')!

export const jwks = { keys: keys.map(({ jwk }) => jwk) }

/** Claims of a token that is good for some minutes. */
export function goodClaims(): Record<string, unknown> {
  const iat = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    sub: 'resource-owner-1',
    client_id: 'client-1',
    aud: audience,
    iat,
    exp: iat + 3600,
    jti: 'token-1',
    scope: 'orders:read',
    private: privateClaim,
  }
}

export function goodHeader({ alg, kid }: SigningKey = key): Record<string, unknown> {
  return { alg, kid, typ: 'at+jwt' }
}

/** Signs with the issuer's key what may be good or bad. */
export function issue(
  claims: object | string = goodClaims(),
  header: object | string = goodHeader(),
  { privateKey, alg }: SigningKey = key,
): string {
  return signCompact(header, claims, privateKey, alg)
}
