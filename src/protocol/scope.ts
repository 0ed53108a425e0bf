import { memo } from './memo.ts'
import { namesOf } from './names.ts'

/** No resource demands or publishes `offline_access`: whether to ask for it is for clients alone. */
const scopeToken = /^(?!offline_access$)[\x21\x23-\x5B\x5D-\x7E]+$/

/** Reads scope tokens, between spaces or in an array, into an immutable set. (RFC 6749 §3.3) */
export function readScope(scope: string | readonly string[]): ReadonlySet<string> {
  return typeof scope === 'string' ? readScopeString(scope) : namesOf(scope)
}

/** Tokens of one scope share their set, which takes more room than the rest of what is kept of them. */
const readScopeString = memo((scope) => namesOf(scope.split(' ')))

/** Whether it is a scope token that a resource may ask for. (RFC 6749 §3.3) */
export function isScopeToken(value: unknown): boolean {
  return typeof value === 'string' && scopeToken.test(value)
}

/** Returns the scope tokens as they were given. @throws {TypeError} One is not a scope token. (RFC 6749 §3.3) */
export function checkScopeTokens(tokens: readonly string[], asker: string): readonly string[] {
  if (tokens.length === 0) throw new TypeError(`${asker} needs at least one scope token`)
  for (const token of tokens) {
    if (!isScopeToken(token)) {
      throw new TypeError(
        `${asker} takes scope tokens one by one, without spaces, quotes or backslashes, never offline_access: got ${JSON.stringify(token)}`,
      )
    }
  }
  return [...tokens]
}
