import { readJsonObject } from '../protocol/json.ts'
import type * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { type Exchange, unusable } from './exchange.ts'
import { freshness, type FreshnessOptions } from './freshness.ts'
import { LastKnownGood, type Loaded } from './last-known-good.ts'
import { parseSecureUrl, secureUrl } from './secure-url.ts'
import {
  fits,
  type KeyHint,
  readVerificationKeys,
  type VerificationKey,
} from '../signatures/verification-key.ts'

/** The keys of one issuer; each method rejects with `AuthorizationServerUnavailable` if it can't tell. */
export interface KeySet {
  /** Resolves when the keys are there. */
  ready(): Promise<void>
  /** Gives the keys at hand that may have made a signature, without waiting. */
  known(hint: KeyHint): readonly VerificationKey[]
  /** Resolves to the keys that may have made a signature; asks the issuer again before it says none. */
  find(hint: KeyHint): Promise<readonly VerificationKey[]>
  /** The same, by an answer of the issuer's to a question asked after this call. */
  findNewer(hint: KeyHint): Promise<readonly VerificationKey[]>
  /** Gives the test whether a key that was found is still the issuer's, as far as is known; it never waits. */
  standing(key: VerificationKey): () => boolean
}

/** Where an issuer's keys come from. */
export interface KeySource {
  /** URL of the issuer's JWK Set. Default: found by discovery. (RFC 8414 §2) */
  readonly jwksUri?: string
  /** The issuer's JWK Set itself; nothing is fetched then. (RFC 7517 §5) */
  readonly jwks?: { readonly keys: readonly unknown[] }
}

export const keySourceRules: { readonly [name in keyof KeySource]-?: rule.Rule } = {
  jwksUri: secureUrl,
  jwks: {
    expected: 'a JWK Set, { keys: [one or more usable public keys] }',
    fits(jwks) {
      const { keys } = (jwks ?? {}) as { keys?: unknown }
      const usable = (use?: string): boolean =>
        Array.isArray(keys) && readVerificationKeys(keys, [], use).length > 0
      return usable() || usable('jwt-svid')
    },
  },
}

/**
 * The keys of an issuer: given, or published where the options or the metadata say.
 *
 * @param locate Resolves the name of a metadata member to its URL.
 * @param use `use` of the keys.
 */
export function keySetOf(
  issuer: string,
  { jwks, jwksUri, ...options }: KeySource & FreshnessOptions,
  http: Exchange,
  timeout: Seconds,
  locate: (endpoint: string) => Promise<URL>,
  use?: string,
): KeySet {
  if (jwks !== undefined) return givenKeySet(jwks, use)
  const what = `The key set of ${issuer}${jwksUri === undefined ? '' : ` at ${jwksUri}`}`
  const given = parseSecureUrl(jwksUri)
  return publishedKeySet(what, async () => given ?? locate('jwks_uri'), http, timeout, options, use)
}

const forGood = (): boolean => true

/** A key set that never changes. */
function givenKeySet(jwks: { readonly keys: readonly unknown[] }, use?: string): KeySet {
  const keys = readVerificationKeys(jwks.keys, [], use)
  return {
    async ready() {
      // Given keys always are.
    },
    known: (hint) => keys.filter((key) => fits(key, hint)),
    async find(hint) {
      return this.known(hint)
    },
    async findNewer() {
      return []
    },
    standing: () => forGood,
  }
}

interface Fetched {
  readonly url: string
  readonly etag: string | undefined
  /** The JWK Set as it came. */
  readonly document: string
  readonly keys: readonly VerificationKey[]
}

/** A key set that is fetched when first needed, kept, refreshed, and survived without. */
function publishedKeySet(
  what: string,
  locate: () => Promise<URL>,
  http: Exchange,
  timeout: Seconds,
  options: FreshnessOptions,
  use?: string,
): KeySet {
  const read = (document: string | Uint8Array, known?: readonly VerificationKey[]) =>
    readKeySet(document, known, use)
  const set = new LastKnownGood<Fetched>(
    what,
    (last) => load(locate, http, last, read),
    {
      encode: ({ url, document }) => JSON.stringify({ url, document }),
      decode: (text) => decode(text, read),
    },
    timeout,
    options,
  )
  const standing = new WeakMap<VerificationKey, () => boolean>()
  const matching = (fetched: Fetched | undefined, hint: KeyHint): readonly VerificationKey[] =>
    fetched?.keys.filter((key) => fits(key, hint)) ?? []

  return {
    async ready() {
      await set.get()
    },
    known: (hint) => matching(set.peek(), hint),
    async find(hint) {
      const asked = performance.now()
      const found = matching(await set.get(), hint)
      return found.length > 0 ? found : matching(await set.next(asked), hint)
    },
    async findNewer(hint) {
      return matching(await set.next(), hint)
    },
    standing(key) {
      // One for all tokens that a key has signed.
      const known = standing.get(key) ?? ((): boolean => set.peek()?.keys.includes(key) ?? false)
      standing.set(key, known)
      return known
    },
  }
}

async function load(
  locate: () => Promise<URL>,
  http: Exchange,
  last: Fetched | undefined,
  read: ReadKeys,
): Promise<Loaded<Fetched>> {
  const url = await locate()
  const known = last?.url === url.href ? last : undefined
  const answer = await http(url, {
    headers: {
      Accept: 'application/jwk-set+json, application/json',
      ...(known?.etag && { 'If-None-Match': known.etag }),
    },
  })
  const { status, headers, body } = answer
  const maxAge = freshness(headers)
  if (status === 304 && known?.etag) return { value: known, maxAge }

  const keys = status === 200 ? read(body, last?.keys) : []
  if (keys.length === 0) throw unusable(url, answer, 'without a usable key')
  const document = Buffer.from(body).toString()
  return { value: { url: url.href, etag: headers['etag'], document, keys }, maxAge }
}

/** Reads the keys of a JWK Set, which may be the same as before. */
type ReadKeys = (
  document: string | Uint8Array,
  known?: readonly VerificationKey[],
) => readonly VerificationKey[]

function readKeySet(
  document: string | Uint8Array,
  known?: readonly VerificationKey[],
  use?: string,
): readonly VerificationKey[] {
  const entries = readJsonObject(document)?.['keys']
  return Array.isArray(entries) ? readVerificationKeys(entries, known, use) : []
}

function decode(text: string, read: ReadKeys): Fetched | undefined {
  const { url, document } = readJsonObject(text) ?? {}
  if (typeof url !== 'string' || typeof document !== 'string') return undefined
  const keys = read(document)
  return keys.length > 0 ? { url, etag: undefined, document, keys } : undefined
}
