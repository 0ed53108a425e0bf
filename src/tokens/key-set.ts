import { LRUCache } from 'lru-cache'
import { AuthorizationServerUnavailable, InvalidToken } from '../protocol/errors.ts'
import { readJsonObject } from '../protocol/json.ts'
import type { Seconds } from '../protocol/time.ts'
import type { Exchange } from './exchange.ts'
import { freshness } from './freshness.ts'
import { type FreshnessOptions, LastKnownGood, type Loaded } from './last-known-good.ts'
import {
  fits,
  type KeyHint,
  readVerificationKeys,
  type VerificationKey,
} from './verification-key.ts'

/** The keys of one issuer. */
export interface KeySet {
  /**
   * Resolves to the keys, one or more, that may have made a signature.
   *
   * @throws {InvalidToken} The issuer has no such key.
   * @throws {AuthorizationServerUnavailable} Nobody could tell.
   */
  find(hint: KeyHint): Promise<readonly VerificationKey[]>
}

/** A key set that is given, and never changes. (RFC 7517 §5) */
export function givenKeySet(jwks: { readonly keys: readonly unknown[] }): KeySet {
  const keys = readVerificationKeys(jwks.keys)
  return {
    async find(hint) {
      const found = keys.filter((key) => fits(key, hint))
      if (found.length === 0) throw unknownKey(hint)
      return found
    },
  }
}

interface Fetched {
  readonly url: URL
  readonly etag: string | undefined
  readonly keys: readonly VerificationKey[]
}

/** A key set that the issuer publishes: fetched when first needed, kept, refreshed, survived without. */
export function publishedKeySet(
  location: () => Promise<URL>,
  http: Exchange,
  timeout: Seconds,
  options: FreshnessOptions,
): KeySet {
  const set = new LastKnownGood<Fetched>(
    'The key set',
    (last) => load(location, http, last),
    timeout,
    options,
  )
  /** Keys that were looked for in vain a moment ago. */
  const unknown = new LRUCache<string, true>({ max: 1000, ttl: (options.coolDown ?? 1) * 1000 })

  return {
    async find(hint) {
      const matching = ({ keys }: Fetched): VerificationKey[] =>
        keys.filter((key) => fits(key, hint))
      let found = matching(await set.get())
      if (found.length > 0) return found
      const wanted = `${hint.alg} ${hint.kid}`
      if (!unknown.has(wanted)) found = matching(await set.next())
      if (found.length > 0) return found
      unknown.set(wanted, true)
      throw unknownKey(hint)
    },
  }
}

async function load(
  location: () => Promise<URL>,
  http: Exchange,
  last: Fetched | undefined,
): Promise<Loaded<Fetched>> {
  const url = await location()
  const known = last?.url.href === url.href ? last : undefined
  const { status, headers, body } = await http(url, {
    headers: {
      Accept: 'application/jwk-set+json, application/json',
      ...(known?.etag && { 'If-None-Match': known.etag }),
    },
  })
  const maxAge = freshness(headers)
  if (status === 304 && known) return { value: known, maxAge }

  const entries = status === 200 ? readJsonObject(body)?.['keys'] : undefined
  const keys = Array.isArray(entries) ? readVerificationKeys(entries) : []
  if (keys.length === 0) {
    throw new AuthorizationServerUnavailable(`${url.href} answered ${status} without a usable key`)
  }
  return { value: { url, etag: headers.etag, keys }, maxAge }
}

function unknownKey({ alg, kid }: KeyHint): InvalidToken {
  return new InvalidToken('unknown-key', `no ${alg} key with kid ${JSON.stringify(kid)}`)
}
