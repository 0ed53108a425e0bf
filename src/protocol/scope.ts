import { memo } from './memo.ts'

const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/** Scope tokens that nobody can add to or take from, so that requests may share them. */
class ScopeSet extends Set<string> {
  constructor(tokens: Iterable<string>) {
    super()
    for (const token of tokens) super.add(token)
    Object.freeze(this)
  }

  override add(): never {
    throw new TypeError('The scopes of an access token cannot be changed')
  }

  override delete(): never {
    throw new TypeError('The scopes of an access token cannot be changed')
  }

  override clear(): never {
    throw new TypeError('The scopes of an access token cannot be changed')
  }

  toJSON(): string[] {
    return [...this]
  }
}

Object.freeze(ScopeSet.prototype)

/** Reads scope tokens, between spaces or in an array, into an immutable set. (RFC 6749 §3.3) */
export function readScope(scope: string | readonly string[]): ReadonlySet<string> {
  return typeof scope === 'string' ? readScopeString(scope) : setOf(scope)
}

/** Tokens of one scope share their set, which takes more room than the rest of what is kept of them. */
const readScopeString = memo((scope) => setOf(scope.split(' ')))

function setOf(tokens: readonly string[]): ReadonlySet<string> {
  return new ScopeSet(tokens.filter((token) => token !== ''))
}

/** Returns the scope tokens as they were given. @throws {TypeError} One is not a scope token. (RFC 6749 §3.3) */
export function checkScopeTokens(tokens: readonly string[], asker: string): readonly string[] {
  if (tokens.length === 0) throw new TypeError(`${asker} needs at least one scope token`)
  for (const token of tokens) {
    if (typeof token !== 'string' || !scopeToken.test(token)) {
      throw new TypeError(
        `${asker} takes scope tokens one by one, without spaces, quotes or backslashes: got ${JSON.stringify(token)}`,
      )
    }
  }
  return [...tokens]
}
