import { compactVerify } from 'jose'
import { algorithms as known } from '../protocol/algorithms.ts'
import { show } from '../protocol/claims.ts'
import { InvalidToken } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { Rule } from '../protocol/options.ts'
import type { KeySet } from './key-set.ts'
import type { KeyHint, VerificationKey } from './verification-key.ts'

/** What the option `algorithms` must be. */
export const algorithmsRule: Rule = {
  expected: `an array of one or more of ${Object.keys(known).join(', ')}`,
  fits: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((alg: string) => Object.hasOwn(known, alg)),
}

/** Characters above which no issuer names a key. */
const maxKidSize = 512

/**
 * Checks the header of a JWT before anything is fetched or computed for it. (RFC 8725 §3.1, §3.11)
 *
 * @param types The media types that `typ` may name, without `application/`, in lower case.
 * @returns What finds the key.
 * @throws {InvalidToken} It is a JWT of another kind, or none that can be verified here.
 */
export function checkHeader(
  { typ, alg, kid, crit, b64 }: JsonObject,
  types: readonly string[],
  algorithms: ReadonlySet<string>,
): KeyHint {
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined
  if (type === undefined || !types.includes(type)) {
    const expected = types.join(' or ')
    throw new InvalidToken('typ', `"typ" is ${show(typ)}, expected ${expected}`)
  }
  if (typeof alg !== 'string' || !algorithms.has(alg)) {
    const accepted = [...algorithms].join(', ')
    throw new InvalidToken(
      'algorithm',
      `"alg" is ${show(alg)}, the option algorithms has ${accepted}`,
    )
  }
  // No extension is understood here, and an unencoded payload is none of a JWT. (RFC 7797 §7)
  if (crit !== undefined || b64 !== undefined) {
    throw new InvalidToken('critical', 'the header has "crit" or "b64"')
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidSize)) {
    throw new InvalidToken('malformed', `"kid" is no string of at most ${maxKidSize} characters`)
  }
  return { alg, kid }
}

/**
 * Verifies the signature of a compact JWS by the issuer's keys. (RFC 7515 §5.2)
 *
 * @throws {InvalidToken} It is wrong, or by an unknown key.
 * @throws {AuthorizationServerUnavailable} The keys can't be had.
 */
export async function verifySignature(jws: string, hint: KeyHint, keys: KeySet): Promise<void> {
  const found = await keys.find(hint)
  if (found.length === 0) throw new InvalidToken('unknown-key', `no key for ${show(hint)}`)
  if (await isSignedByOneOf(found, jws, hint.alg)) return
  // An issuer that names no keys may have changed them since.
  const newer = hint.kid === undefined ? await keys.findNewer(hint) : []
  if (!(await isSignedByOneOf(newer, jws, hint.alg))) throw new InvalidToken('signature')
}

async function isSignedByOneOf(
  keys: readonly VerificationKey[],
  jws: string,
  alg: string,
): Promise<boolean> {
  for (const { key } of keys) {
    try {
      await compactVerify(jws, key, { algorithms: [alg] })
      return true
    } catch {
      // Another key of the set may fit as well.
    }
  }
  return false
}
