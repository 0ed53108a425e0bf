import { show } from '../protocol/claims.ts'
import { InvalidToken } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/json.ts'
import { withAdvice } from '../protocol/token-kind.ts'
import { isSignedBy } from '../signatures/jws.ts'
import { flawOf } from '../signatures/jws-header.ts'
import type { KeyHint, VerificationKey } from '../signatures/verification-key.ts'
import type { KeySet } from './key-set.ts'

/** Characters above which no issuer names a key. */
const maxKidSize = 512

/**
 * Checks the header of a JWT before anything is fetched or computed for it. (RFC 8725 §3.1, §3.11)
 *
 * @param types The media types that `typ` may name, without `application/`, in lower case;
 *   `undefined`: it may be missing.
 * @param advice What to set where `typ` or `alg` does not do.
 * @returns What finds the key.
 * @throws {InvalidToken} It is a JWT of another kind, or none that can be verified here.
 */
export function checkHeader(
  header: JsonObject,
  types: readonly (string | undefined)[],
  algorithms: ReadonlySet<string>,
  advice: { readonly typ?: string; readonly alg?: string } = {},
): KeyHint {
  const flaw = flawOf(header, types, algorithms)
  if (flaw !== undefined) {
    const { typ, alg } = advice
    const hints = { typ, algorithm: alg, critical: undefined }
    throw new InvalidToken(flaw.reason, withAdvice(flaw.detail, hints[flaw.reason]))
  }
  const { alg, kid } = header as { alg: string; kid?: unknown }
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidSize)) {
    throw new InvalidToken('malformed', `"kid" is no string of at most ${maxKidSize} characters`)
  }
  return { alg, kid }
}

/**
 * Verifies the signature of a compact JWS by the issuer's keys. (RFC 7515 §5.2)
 *
 * @returns The key that has signed it.
 * @throws {InvalidToken} It is wrong, or by an unknown key.
 * @throws {AuthorizationServerUnavailable} The keys can't be had.
 */
export async function verifySignature(
  jws: string,
  hint: KeyHint,
  keys: KeySet,
): Promise<VerificationKey> {
  const bySigner = ({ key }: VerificationKey): boolean => isSignedBy(jws, hint.alg, key)
  const known = keys.known(hint)
  const found = known.length > 0 ? known : await keys.find(hint)
  if (found.length === 0) throw new InvalidToken('unknown-key', `no key for ${show(hint)}`)
  // An issuer that names no keys may have changed them since.
  const signer =
    found.find(bySigner) ??
    (hint.kid === undefined ? (await keys.findNewer(hint)).find(bySigner) : undefined)
  if (signer === undefined) throw new InvalidToken('signature')
  return signer
}
