/** What tells which tokens are meant. */
export type EvictionKind = 'token' | 'sub' | 'client' | 'jti'

/** Which tokens are to be forgotten: one, those of a subject, those of a client, or the one with a `jti`. */
export type Eviction =
  | { readonly token: string }
  | { readonly sub: string }
  | { readonly client: string }
  | { readonly jti: string }

const kinds: ReadonlySet<EvictionKind> = new Set(['token', 'sub', 'client', 'jti'])

/** Reads an eviction. @throws {TypeError} It names nothing, or more than one thing. */
export function readEviction(eviction: Eviction): readonly [kind: EvictionKind, value: string] {
  const [first, ...others] = Object.entries(eviction ?? {}) as [string, unknown][]
  const [kind, value] = first ?? []
  const known = kinds.has(kind as EvictionKind) && others.length === 0
  if (!known || typeof value !== 'string' || value === '') {
    throw new TypeError('evict() takes one of { token }, { sub }, { client } and { jti }, a string')
  }
  return [kind as EvictionKind, value]
}
