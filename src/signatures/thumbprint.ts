import { hash } from 'node:crypto'

/** The members of a JWK that make the key, in the order of their names. (RFC 7638 §3.2, RFC 8037 §2) */
const members: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['RSA', ['e', 'kty', 'n']],
])

/** Gives the SHA-256 thumbprint of a public JWK, base64url-encoded. (RFC 7638 §3) */
export function thumbprintOf(jwk: { readonly [member: string]: unknown }): string {
  const key = (members.get(jwk['kty']) ?? []).map((member) => [member, jwk[member]])
  return sha256(JSON.stringify(Object.fromEntries(key)))
}

/** Gives the SHA-256 of a text or of octets, base64url-encoded. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'base64url')
}
