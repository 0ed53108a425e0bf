import { randomUUID } from 'node:crypto'
import { exportJWK, type JWK, SignJWT } from 'jose'
import { sha256, thumbprintOf } from '../signatures/thumbprint.ts'
import { keyPairs, type SigningAlgorithm, withoutUndefined } from './signing-key.ts'

/** What a proof is for. (RFC 9449 §4.2) */
export interface ProofOf {
  /** HTTP method of the request. Default: `GET`. */
  readonly method?: string
  /** URL of the request. */
  readonly url: string
  /** The access token that the request carries. */
  readonly token: string
  /** The nonce that the resource server gave last. */
  readonly nonce?: string | undefined
}

/** A client's key, and the proofs that it signs. */
export interface DpopKey {
  readonly publicJwk: JWK
  /** For `accessToken({ cnf: { jkt } })`. (RFC 9449 §6.1) */
  readonly jkt: string
  /** Signs a proof (RFC 9449 §4.2); a claim or header parameter given as `undefined` is left out. */
  proof(of: ProofOf, claims?: object, header?: object): Promise<string>
}

/** Makes a client's DPoP key for tests. */
export async function dpopKey(algorithm: SigningAlgorithm = 'ES256'): Promise<DpopKey> {
  const { privateKey, publicKey } = keyPairs[algorithm]()
  const publicJwk = await exportJWK(publicKey)
  return {
    publicJwk,
    jkt: thumbprintOf(publicJwk),
    proof({ method = 'GET', url, token, nonce }, claims = {}, header = {}) {
      const { origin, pathname } = new URL(url)
      const payload = {
        jti: randomUUID(),
        htm: method,
        htu: origin + pathname,
        iat: Math.floor(Date.now() / 1000),
        ath: sha256(token),
        nonce,
        ...claims,
      }
      const protectedHeader = { typ: 'dpop+jwt', alg: algorithm, jwk: publicJwk, ...header }
      return new SignJWT(withoutUndefined(payload))
        .setProtectedHeader(withoutUndefined(protectedHeader) as { alg: string })
        .sign(privateKey)
    },
  }
}
