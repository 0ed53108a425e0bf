import { type JsonObject, readJsonObject } from './json.ts'
import { memo } from './memo.ts'

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

/** Reads the form of a token without judging it. (RFC 7515 §7.1, RFC 7519 §7.2) */
export function readToken(value: string): PresentedToken {
  return { value, jwt: readJwt(value) }
}

function readJwt(value: string): Jwt | undefined {
  const first = value.indexOf('.')
  const second = value.indexOf('.', first + 1)
  // What else base64url does not have makes a part too short, but these two decode.
  if (second < 0 || value.includes('+') || value.includes('/')) return undefined
  const signature = decode(value.slice(second + 1))
  const header = signature && readHeader(value.slice(0, first))
  const claims = header && readPart(value.slice(first + 1, second))
  return claims && { header, claims }
}

function readPart(part: string): JsonObject | undefined {
  const bytes = decode(part)
  return bytes && readJsonObject(bytes)
}

/** All tokens that a key has signed have one header. */
const readHeader = memo(readPart)

/** Last characters that leave no stray bits, by the length modulo 4; there is none of length 1. */
const lastOf = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048']

/**
 * Decodes base64url as RFC 7515 §2 has it: no padding, no stray bits, and no character that decoding
 * passes over.
 */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  const whole = part !== '' && bytes.length === Math.floor((part.length * 3) / 4)
  const canonical = lastOf[part.length % 4]?.includes(part.at(-1)!) ?? true
  return whole && canonical ? bytes : undefined
}
