/** The kind of key that an algorithm needs. (RFC 7518 §6.1, RFC 8037 §2) */
export interface KeyKind {
  readonly kty: string
  readonly crv?: string
}

/** Signature algorithms by `alg`, asymmetric ones only. (RFC 7518 §3.1, RFC 9864 §2) */
export const algorithms: { readonly [alg: string]: KeyKind } = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
}

/** `EdDSA` is the old name of `Ed25519`. (RFC 9864 §3.2) */
export function sameAlgorithm(one: string, other: string): boolean {
  const current = (alg: string): string => (alg === 'EdDSA' ? 'Ed25519' : alg)
  return current(one) === current(other)
}
