import { type JsonObject, readJsonObject } from './json.ts'

/** A compact JWS taken apart, its claims read, nothing of it proven. (RFC 7515 §7.1) */
export interface Jwt {
  readonly header: JsonObject
  readonly claims: JsonObject
}

/** A token as it was presented, and what its form tells. */
export interface PresentedToken {
  readonly value: string
  /** The JWT that it reads as; `undefined` for an opaque token. */
  readonly jwt: Jwt | undefined
}

const compact = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/

/** Reads the form of a token without judging it. (RFC 7515 §7.1, RFC 7519 §7.2) */
export function readToken(value: string): PresentedToken {
  const [, header, claims, signature] = compact.exec(value) ?? []
  return {
    value,
    jwt: header && claims && signature ? readJwt(header, claims, signature) : undefined,
  }
}

function readJwt(...parts: readonly [string, string, string]): Jwt | undefined {
  const [headerBytes, claimsBytes, signature] = parts.map(decode)
  if (!headerBytes || !claimsBytes || !signature) return undefined
  const header = readJsonObject(headerBytes)
  const claims = readJsonObject(claimsBytes)
  return header && claims && { header, claims }
}

/** Decodes base64url as RFC 7515 §2 has it: no padding, no other alphabet, no stray bits. */
function decode(part: string): Uint8Array | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}
