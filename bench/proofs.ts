import { createHash, hash, randomUUID } from 'node:crypto'
import { type Key, makeKey } from './keys.ts'
import type { Place } from './servers/server.ts'
import { accessToken, jws, many } from './tokens.ts'

/** A client with a DPoP key and an access token that is bound to it. (RFC 9449) */
export interface BoundClient {
  readonly key: Key
  readonly publicJwk: object
  readonly token: string
  readonly ath: string
}

/** Where every request goes. */
export const path = '/orders'

export async function boundClients(
  place: Place,
  issuerKey: Key,
  count: number,
): Promise<BoundClient[]> {
  return many(count, async () => {
    const key = makeKey('ES256')
    const { crv, kty, x, y } = key.publicJwk as Record<string, string>
    const publicJwk = { crv, kty, x, y }
    const jkt = createHash('sha256').update(JSON.stringify(publicJwk)).digest('base64url')
    const token = await accessToken(place, issuerKey, { cnf: { jkt } })
    return { key, publicJwk, token, ath: hash('sha256', token, 'base64url') }
  })
}

/** Signs a proof for one request. (RFC 9449 §4.2) */
export async function proofOf(place: Place, { key, publicJwk, ath }: BoundClient): Promise<string> {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk }
  const payload = {
    jti: randomUUID(),
    htm: 'GET',
    htu: place.audience + path,
    iat: Math.floor(Date.now() / 1000),
    ath,
  }
  return jws(header, payload, key)
}
