import { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto'
import { algorithms } from '../protocol/algorithms.ts'
import type { Signer } from './sign-jwt.ts'
import { fits, readVerificationKeys } from './verification-key.ts'

/** A private key, as a JWK or as Node.js has it. */
export type PrivateKey = KeyObject | { readonly kty: string; readonly [member: string]: unknown }

/**
 * Makes a signer of a private key.
 *
 * @param from Who takes the key, for messages.
 * @param alg Default: that of the key.
 * @param kid Default: that of the key.
 * @param option How the option for `alg` is called.
 * @throws {TypeError} The key is none, or weak, or does not fit the algorithm.
 */
export function readSigner(
  from: string,
  key: PrivateKey,
  alg: unknown,
  kid: unknown,
  option: string,
): Signer {
  const own = (key instanceof KeyObject ? {} : key) as { alg?: unknown; kid?: unknown } | undefined
  const algorithm = alg ?? own?.alg
  const keyId = kid ?? own?.kid
  if (typeof algorithm !== 'string' || !Object.hasOwn(algorithms, algorithm)) {
    throw new TypeError(`${from}: ${option} must be one of ${Object.keys(algorithms).join(', ')}`)
  }
  const signingKey = key instanceof KeyObject ? key : importPrivateKey(key)
  if (signingKey?.type !== 'private') {
    throw new TypeError(`${from} takes a private key, as a JWK or a KeyObject`)
  }
  const [publicKey] = readVerificationKeys([exportPublicKey(signingKey)])
  if (publicKey === undefined || !fits(publicKey, { alg: algorithm, kid: undefined })) {
    throw new TypeError(`${from}: the key does not fit ${algorithm}, or is weak`)
  }
  const header = { alg: algorithm, ...(typeof keyId === 'string' && { kid: keyId }) }
  return { key: signingKey, header }
}

function exportPublicKey(key: KeyObject): object | undefined {
  try {
    return createPublicKey(key).export({ format: 'jwk' })
  } catch {
    return undefined
  }
}

function importPrivateKey(jwk: object): KeyObject | undefined {
  try {
    return createPrivateKey({ format: 'jwk', key: { ...jwk } })
  } catch {
    return undefined
  }
}
