import { algorithms } from '../protocol/algorithms.ts'
import { show } from '../protocol/claims.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { Rule } from '../protocol/options.ts'

/** What an option that lists algorithms must be. */
export const algorithmsRule: Rule = {
  expected: `an array of one or more of ${Object.keys(algorithms).join(', ')}`,
  fits: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((alg: string) => Object.hasOwn(algorithms, alg)),
}

/** Why a JWT's header is refused. */
export interface HeaderFlaw {
  readonly reason: 'typ' | 'algorithm' | 'critical'
  /** What was expected and what was found, for the operator. */
  readonly detail: string
}

/**
 * Tells what of a header makes a JWT one of another kind, or one that cannot be verified here;
 * `undefined` if nothing does. (RFC 8725 §3.1, §3.11)
 *
 * @param types The media types that `typ` may name, without `application/`, in lower case;
 *   `undefined`: it may be missing.
 */
export function flawOf(
  { typ, alg, crit, b64 }: JsonObject,
  types: readonly (string | undefined)[],
  accepted: ReadonlySet<string>,
): HeaderFlaw | undefined {
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ
  if (!types.includes(type as string | undefined)) {
    const expected = types.map((one) => one ?? 'none').join(' or ')
    return { reason: 'typ', detail: `"typ" is ${show(typ)}, expected ${expected}` }
  }
  if (typeof alg !== 'string' || !accepted.has(alg)) {
    const has = [...accepted].join(', ')
    return {
      reason: 'algorithm',
      detail: `"alg" is ${show(alg)}, the option algorithms has ${has}`,
    }
  }
  // No extension is understood here, and an unencoded payload is none of a JWT. (RFC 7797 §7)
  return crit === undefined && b64 === undefined
    ? undefined
    : { reason: 'critical', detail: 'the header has "crit" or "b64"' }
}
