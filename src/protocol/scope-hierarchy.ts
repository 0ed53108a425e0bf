import type { Includes } from './expression.ts'
import { isScopeToken } from './scope.ts'

/**
 * Scope tokens, and those that each includes: `{ 'orders:write': ['orders:read'] }`. What they include is
 * included as well; one that ends in `*` stands for all that begin so.
 */
export type ScopeHierarchy = { readonly [scopeToken: string]: readonly string[] }

/** Without a hierarchy. */
const none: Includes = (tokens, token) => tokens.has(token)

/**
 * Makes the test whether scope tokens include another one.
 *
 * @throws {TypeError} The hierarchy is wrong, or a token includes itself by way of others.
 */
export function readScopeHierarchy(declared: ScopeHierarchy | undefined): Includes {
  if (declared === undefined) return none
  if (declared instanceof Map) {
    throw new TypeError('resourceServer(): scopeHierarchy must be an object, not a Map')
  }
  const hierarchy = new Map(
    Object.entries(declared).map(([key, tokens]) => [key, read(key, tokens)]),
  )
  for (const key of hierarchy.keys()) refuseCircle(key, hierarchy)
  /** The keys that include a token; the tokens that are asked about are those of guards, so they are few. */
  const known = new Map<string, readonly string[]>()
  return (tokens, token) => {
    if (tokens.has(token)) return true
    const keys = known.get(token) ?? keysOf(token, hierarchy)
    known.set(token, keys)
    return keys.some((key) => tokens.has(key))
  }
}

type Hierarchy = ReadonlyMap<string, readonly string[]>

function read(key: string, tokens: unknown): readonly string[] {
  const fits = (token: unknown): boolean => isScopeToken(token) && /^[^*]*\*?$/.test(token)
  if (!isScopeToken(key) || !Array.isArray(tokens) || !tokens.every(fits)) {
    throw new TypeError(
      `resourceServer(): scopeHierarchy must be arrays of scope tokens by scope token, with * at the end only; that of ${JSON.stringify(key)} is not`,
    )
  }
  return [...(tokens as string[])]
}

/** What stands for many includes itself, too, and does no harm. */
function refuseCircle(key: string, hierarchy: Hierarchy): void {
  const included = new Set(hierarchy.get(key))
  for (const one of included) {
    if (one === key && !one.endsWith('*')) {
      throw new TypeError(
        `resourceServer(): scopeHierarchy goes in a circle: ${JSON.stringify(key)} includes itself`,
      )
    }
    for (const token of hierarchy.get(one) ?? []) included.add(token)
  }
}

/** All keys that include a token, those too that include it by way of others. */
function keysOf(token: string, hierarchy: Hierarchy): readonly string[] {
  const found = new Set([token])
  for (const one of found) {
    for (const [key, tokens] of hierarchy) {
      if (tokens.some((each) => matches(each, one))) found.add(key)
    }
  }
  return [...found]
}

function matches(pattern: string, token: string): boolean {
  return pattern.endsWith('*') ? token.startsWith(pattern.slice(0, -1)) : token === pattern
}
