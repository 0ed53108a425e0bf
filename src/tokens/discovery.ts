import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import { type JsonObject, readJsonObject } from '../protocol/json.ts'
import type { Seconds } from '../protocol/time.ts'
import { type Exchange, unusable } from './exchange.ts'
import { freshness, type FreshnessOptions } from './freshness.ts'
import { LastKnownGood, type Loaded } from './last-known-good.ts'
import { parseSecureUrl } from './secure-url.ts'

/**
 * Finds the endpoints of an authorization server by the metadata that it publishes. (RFC 8414)
 *
 * @returns Resolves the name of a metadata member, such as `jwks_uri`, to its URL.
 */
export function discovery(
  issuer: string,
  http: Exchange,
  timeout: Seconds,
  options: FreshnessOptions = {},
): (endpoint: string) => Promise<URL> {
  const metadata = new LastKnownGood(
    `The metadata of ${issuer}`,
    () => fetchMetadata(issuer, http),
    {
      encode: (document) => JSON.stringify(document),
      decode: (text) => ofIssuer(issuer, readJsonObject(text)),
    },
    timeout,
    // Whoever asks backs off already.
    { ...options, coolDown: 0, maxBackOff: 0 },
  )
  return async (endpoint) => readEndpoint(await metadata.get(), endpoint, issuer)
}

/** Fetches RFC 8414's document, else OpenID Connect's, with exactly this `issuer`. (RFC 8414 §3.3) */
async function fetchMetadata(issuer: string, http: Exchange): Promise<Loaded<JsonObject>> {
  const failures: AuthorizationServerUnavailable[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const answer = await http(url, { headers: { Accept: 'application/json' } })
      const metadata = answer.status === 200 ? readJsonObject(answer.body) : undefined
      if (metadata === undefined) throw unusable(url, answer, 'without a JSON object')
      const own = ofIssuer(issuer, metadata)
      if (own === undefined) throw unusable(url, answer, 'with the document of another issuer')
      return { value: own, maxAge: freshness(answer.headers) }
    } catch (error) {
      failures.push(error as AuthorizationServerUnavailable)
    }
  }
  const details = failures.map(({ detail }) => detail).join('; ')
  throw new AuthorizationServerUnavailable(`No metadata of ${issuer}: ${details}`, {
    retryAfter: Math.max(...failures.map(({ retryAfter }) => retryAfter)),
  })
}

/** The metadata, unless it is another issuer's. (RFC 8414 §3.3) */
function ofIssuer(issuer: string, metadata: JsonObject | undefined): JsonObject | undefined {
  return metadata?.['issuer'] === issuer ? metadata : undefined
}

/**
 * Where the metadata may be: the well-known string between host and path (RFC 8414 §3.1), then after
 * the path (OpenID Connect Discovery 1.0 §4).
 */
export function metadataUrls(issuer: string): readonly URL[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
    new URL(`${origin}${path}/.well-known/openid-configuration`),
  ]
}

/** Reads the URL of an endpoint, which leads from https to nothing less. (RFC 8414 §2) */
function readEndpoint(metadata: JsonObject, endpoint: string, issuer: string): URL {
  const url = parseSecureUrl(metadata[endpoint])
  if (url === undefined || (issuer.startsWith('https:') && url.protocol !== 'https:')) {
    throw new AuthorizationServerUnavailable(`The metadata of ${issuer} has no usable ${endpoint}`)
  }
  return url
}
