import type { ClaimPath, Claims } from './dialect.ts'

/** Names that requests share, so that none can be added or taken away by their methods. */
class Names extends Set<string> {
  constructor(names: Iterable<string>) {
    super()
    for (const name of names) super.add(name)
    Object.freeze(this)
  }

  override add(): never {
    throw new TypeError('What an access token allows cannot be changed')
  }

  override delete(): never {
    throw new TypeError('What an access token allows cannot be changed')
  }

  override clear(): never {
    throw new TypeError('What an access token allows cannot be changed')
  }

  toJSON(): string[] {
    return [...this]
  }
}

Object.freeze(Names.prototype)

const none = new Names([])

/** Makes an immutable set of names, without empty ones. */
export function namesOf(names: readonly string[]): ReadonlySet<string> {
  const named = names.filter((name) => name !== '')
  return named.length === 0 ? none : new Names(named)
}

/**
 * Reads the names that stand in the first present of these places: a string is one name, of an array the
 * strings in it count.
 */
export function readNames(claims: Claims, paths: readonly ClaimPath[]): ReadonlySet<string> {
  for (const path of paths) {
    if (claims[path[0]!] === undefined) continue
    const values = valuesAt(claims, path)
    if (values.length > 0) return namesOf(values.flatMap(namesIn))
  }
  return none
}

/** Whether the token says that what stands at the first of these places is to be had elsewhere. (OpenID Connect Core §5.6.2) */
export function isElsewhere(claims: Claims, paths: readonly ClaimPath[]): boolean {
  const sources = claims['_claim_names']
  if (typeof sources !== 'object' || sources === null) return false
  return paths.some(([name = '']) => Object.hasOwn(sources, name) && claims[name] === undefined)
}

/** All values at a path; `null` is none. */
export function valuesAt(claims: Claims, path: ClaimPath): unknown[] {
  let values: unknown[] = [claims]
  for (const key of path) values = values.flatMap((value) => step(value, key))
  return values
}

function step(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (key === '*') return Array.isArray(value) ? value : Object.keys(value)
  const member =
    !Array.isArray(value) && Object.hasOwn(value, key) ? (value as Claims)[key] : undefined
  return member === undefined || member === null ? [] : [member]
}

function namesIn(value: unknown): readonly string[] {
  return [value].flat().filter((name) => typeof name === 'string')
}
