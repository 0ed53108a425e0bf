import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'

export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'Ed25519'

/** A key that signs, and how `crypto.sign` and `crypto.verify` take it. */
export interface Key {
  readonly algorithm: SigningAlgorithm
  readonly kid: string
  readonly publicJwk: object
  readonly digest: string | null
  readonly privateInput: SignatureInput
  readonly publicInput: SignatureInput
}

interface SignatureInput {
  readonly key: KeyObject
  readonly padding?: number
  readonly saltLength?: number
  readonly dsaEncoding?: 'ieee-p1363'
}

/** `constants.RSA_PKCS1_PSS_PADDING` */
const pss = { padding: 6, saltLength: 32 }

const kinds = {
  RS256: { digest: 'sha256', make: rsa, form: {} },
  PS256: { digest: 'sha256', make: rsa, form: pss },
  ES256: { digest: 'sha256', make: p256, form: { dsaEncoding: 'ieee-p1363' } },
  Ed25519: { digest: null, make: ed25519, form: {} },
} as const

export function makeKey(algorithm: SigningAlgorithm, kid: string = randomUUID()): Key {
  const { digest, make, form } = kinds[algorithm]
  const privateKey = make()
  const publicKey = createPublicKey(privateKey)
  return {
    algorithm,
    kid,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' },
    digest,
    privateInput: { key: privateKey, ...form },
    publicInput: { key: publicKey, ...form },
  }
}

function rsa(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

function p256(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

function ed25519(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}
