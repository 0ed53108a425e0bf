import { compactVerify } from 'jose'
import { algorithms as known } from '../protocol/algorithms.ts'
import { type Dialect, rfc9068 } from '../protocol/dialect.ts'
import { InvalidToken } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/json.ts'
import * as rule from '../protocol/options.ts'
import { discover, endpoint } from './discovery.ts'
import {
  exchange,
  type ExchangeOptions,
  exchangeRules,
  issuerIdentifier,
  parseSecureUrl,
  secureUrl,
} from './exchange.ts'
import { givenKeySet, type KeySet, publishedKeySet } from './key-set.ts'
import { type FreshnessOptions, freshnessRules, LastKnownGood } from './last-known-good.ts'
import type { TokenVerifier } from './token-verifier.ts'
import { type KeyHint, readVerificationKeys, type VerificationKey } from './verification-key.ts'

export interface JwtOptions extends ExchangeOptions, FreshnessOptions {
  /** Issuer identifier, exactly as in the tokens' `iss`. (RFC 8414 §2) */
  readonly issuer: string
  /** URL of the issuer's JWK Set. Default: found by discovery. (RFC 8414 §2) */
  readonly jwksUri?: string
  /** The issuer's JWK Set itself; nothing is fetched then. (RFC 7517 §5) */
  readonly jwks?: { readonly keys: readonly unknown[] }
  /** Values of `alg` that are accepted. Default: all asymmetric ones of RFC 7518, `Ed25519` and `EdDSA`. (RFC 8725 §3.1) */
  readonly algorithms?: readonly string[]
  /** How the claims are read, where that differs from RFC 9068. */
  readonly dialect?: Partial<Dialect>
}

/**
 * Verifies the JWT access tokens of an issuer against its key set. (RFC 9068 §4)
 *
 * @throws {TypeError} An option is wrong.
 */
export function jwt(options: JwtOptions): TokenVerifier {
  checkOptions(options)
  const { issuer } = options
  const algorithms = new Set(options.algorithms ?? Object.keys(known))
  const dialect = { ...rfc9068, ...options.dialect }
  const keySet = keySetOf(options)

  return {
    accepts: ({ jwt }) => jwt?.claims['iss'] === issuer,

    async verify({ value, jwt }, check) {
      const { header, claims } = jwt!
      const hint = checkHeader(header, algorithms)
      const facts = { claims, dialect, issuer }
      check(facts)
      for (const { key } of await keySet.find(hint)) {
        if (await isSignedWith(key, value, hint.alg)) return facts
      }
      throw new InvalidToken('signature')
    },
  }
}

/** Returns what finds the key. @throws {InvalidToken} It is the header of no access token. (RFC 9068 §4) */
function checkHeader(header: JsonObject, algorithms: ReadonlySet<string>): KeyHint {
  const { typ, alg, kid, crit, b64 } = header
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ
  if (type !== 'at+jwt') {
    throw new InvalidToken('typ', `"typ" is ${JSON.stringify(typ)}, expected "at+jwt"`)
  }
  if (typeof alg !== 'string' || !algorithms.has(alg)) {
    const accepted = [...algorithms].join(', ')
    throw new InvalidToken(
      'algorithm',
      `"alg" is ${JSON.stringify(alg)}, the option algorithms has ${accepted}`,
    )
  }
  if (crit !== undefined || b64 !== undefined) {
    throw new InvalidToken('critical', 'the header has "crit" or "b64"')
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidSize)) {
    throw new InvalidToken('malformed', `"kid" is no string of at most ${maxKidSize} characters`)
  }
  return { alg, kid }
}

const maxKidSize = 512

async function isSignedWith(
  key: VerificationKey['key'],
  token: string,
  alg: string,
): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

function keySetOf({ issuer, jwks, jwksUri, timeout = 5, ...options }: JwtOptions): KeySet {
  if (jwks !== undefined) return givenKeySet(jwks)
  const http = exchange({ ...options, timeout })
  const given = parseSecureUrl(jwksUri)
  if (given !== undefined) return publishedKeySet(async () => given, http, timeout, options)

  const metadata = new LastKnownGood(
    `The metadata of ${issuer}`,
    () => discover(issuer, http),
    timeout,
    options,
  )
  return publishedKeySet(
    async () => endpoint(await metadata.get(), 'jwks_uri'),
    http,
    timeout,
    options,
  )
}

function checkOptions(options: JwtOptions): void {
  rule.checkOptions('jwt', options, {
    issuer: rule.required(issuerIdentifier),
    jwksUri: secureUrl,
    jwks: {
      expected: 'a JWK Set, { keys: [one or more usable public keys] }',
      fits: hasUsableKey,
    },
    algorithms: {
      expected: `an array of one or more of ${Object.keys(known).join(', ')}`,
      fits: (value) =>
        Array.isArray(value) && value.length > 0 && value.every((alg) => Object.hasOwn(known, alg)),
    },
    dialect: rule.record,
    ...exchangeRules,
    ...freshnessRules,
  })
  if (options.jwks !== undefined && options.jwksUri !== undefined) {
    throw new TypeError('jwt(): jwks and jwksUri exclude each other, give one or neither')
  }
}

function hasUsableKey(jwks: unknown): boolean {
  const { keys } = (jwks ?? {}) as { keys?: unknown }
  return Array.isArray(keys) && readVerificationKeys(keys).length > 0
}
