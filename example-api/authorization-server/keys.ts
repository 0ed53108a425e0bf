import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Configuration } from 'oidc-provider'

const alg = 'ES256'

/** Makes a key that tokens are signed with, as long as the process lasts. */
export async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), alg, use: 'sig' }
}

/** Signs with the first key, and publishes them all. (RFC 8414 §2: `jwks_uri`) */
export function signedBy(keys: readonly JWK[]) {
  return {
    jwks: { keys: [...keys] as NonNullable<Configuration['jwks']>['keys'] },
    clientDefaults: { id_token_signed_response_alg: alg },
  } satisfies Configuration
}

export function newCookieKeys() {
  return { cookies: { keys: [randomBytes(32)] } } satisfies Configuration
}
