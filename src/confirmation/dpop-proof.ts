import { show } from '../protocol/claims.ts'
import { InvalidDpopProof } from './dpop-errors.ts'
import { type Jwt, type PresentedToken, readToken } from '../protocol/jwt.ts'
import type { ResourceRequest } from '../protocol/resource-request.ts'
import type { Seconds } from '../protocol/time.ts'
import { sha256 } from '../signatures/thumbprint.ts'
import { namesOneOf } from './htu.ts'

/** The claims of a proof, all of the right form. (RFC 9449 §4.2) */
export interface DpopClaims {
  readonly jti: string
  readonly htm: string
  readonly htu: string
  readonly iat: Seconds
  readonly ath: string
  readonly nonce?: string
  /** Clients need not limit a proof's time themselves, but may. (RFC 7519 §4.1.4, §4.1.5) */
  readonly exp?: Seconds
  readonly nbf?: Seconds
}

/** A proof of which nothing is proven yet. */
export type DpopProof = PresentedToken & { readonly jwt: Jwt }

/**
 * Reads the one proof of a request. (RFC 9449 §4.3, 1 and 2)
 *
 * @param maxSize Characters.
 * @throws {InvalidDpopProof} There is none, or more than one, or it is no JWT.
 */
export function readProof(request: ResourceRequest, maxSize: number): DpopProof {
  const [field, ...others] = request.fields('dpop')
  if (field === undefined) throw new InvalidDpopProof('missing')
  if (others.length > 0) throw new InvalidDpopProof('malformed', 'there are several DPoP fields')
  if (field.length > maxSize) {
    throw new InvalidDpopProof('malformed', `longer than maxProofSize, ${maxSize} characters`)
  }
  const { value, jwt } = readToken(field)
  if (jwt === undefined) throw new InvalidDpopProof('malformed', 'it is no compact JWS')
  return { value, jwt }
}

const text = (value: unknown): boolean => typeof value === 'string' && value !== ''
const date = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const forms: { readonly [name in keyof DpopClaims]-?: (value: unknown) => boolean } = {
  jti: text,
  htm: text,
  htu: text,
  iat: date,
  ath: text,
  nonce: (value) => value === undefined || typeof value === 'string',
  exp: (value) => value === undefined || date(value),
  nbf: (value) => value === undefined || date(value),
}

/**
 * Checks that a proof is for this request with this token. (RFC 9449 §4.3, 3, 8, 9 and 12)
 *
 * @throws {InvalidDpopProof} It is for another one.
 */
export function checkClaims(
  { jwt: { claims } }: DpopProof,
  request: ResourceRequest,
  token: string,
): DpopClaims {
  const malformed = Object.entries(forms).find(([name, fits]) => !fits(claims[name]))
  if (malformed !== undefined) throw new InvalidDpopProof('claims', `"${malformed[0]}"`)
  const proof = claims as object as DpopClaims
  if (proof.htm !== request.method) {
    throw new InvalidDpopProof(
      'method',
      `"htm" is ${show(proof.htm)}, the method ${request.method}`,
    )
  }
  if (!namesOneOf(proof.htu, request.urls)) {
    const urls = request.urls.join(' or ')
    const htu = proof.htu.replace(/[?#].*$/s, '')
    throw new InvalidDpopProof('uri', `"htu" is ${show(htu)}, expected ${urls} (see baseUrl)`)
  }
  if (proof.ath !== sha256(token)) throw new InvalidDpopProof('token', '"ath" is of another token')
  return proof
}
