import { memo } from './memo.ts'
import { namesOf } from './names.ts'

const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/** Reads scope tokens, between spaces or in an array, into an immutable set. (RFC 6749 §3.3) */
export function readScope(scope: string | readonly string[]): ReadonlySet<string> {
  return typeof scope === 'string' ? readScopeString(scope) : namesOf(scope)
}

/** Tokens of one scope share their set, which takes more room than the rest of what is kept of them. */
const readScopeString = memo((scope) => namesOf(scope.split(' ')))

/** Asks for a refresh token, which is for clients alone, and stands for no access to anything. (OpenID Connect Core 1.0 §11) */
export const offlineAccess = 'offline_access'

/** Whether it is one scope token that a resource may ask for. (RFC 6749 §3.3) */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && scopeToken.test(value) && value !== offlineAccess
}

/** @throws {TypeError} It is no scope token that a guard could demand. (RFC 6749 §3.3) */
export function checkScopeToken(token: unknown, asker: string): void {
  if (!isScopeToken(token)) {
    throw new TypeError(
      `${asker} takes scope tokens one by one, without spaces, quotes or backslashes, and not ${offlineAccess}: got ${JSON.stringify(token)}`,
    )
  }
}
