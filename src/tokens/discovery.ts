import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
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
  /** Members that have been asked for; a document without them is of no use. */
  const wanted = new Set<string>()
  const metadata = new LastKnownGood<JsonObject>(
    `The metadata of ${issuer}`,
    () => fetchMetadata(issuer, wanted, http),
    {
      encode: (document) => JSON.stringify(document),
      decode(text) {
        const document = readJsonObject(text)
        return findFlaw(document, issuer, wanted) === undefined ? document : undefined
      },
    },
    timeout,
    options,
  )
  return async (endpoint) => {
    wanted.add(endpoint)
    const url = readEndpoint(await metadata.get(), endpoint, issuer)
    if (url !== undefined) return url
    throw new AuthorizationServerUnavailable(`The metadata of ${issuer} has no usable ${endpoint}`)
  }
}

/** Fetches RFC 8414's document, else OpenID Connect's, with exactly this `issuer`. (RFC 8414 §3.3) */
async function fetchMetadata(
  issuer: string,
  wanted: ReadonlySet<string>,
  http: Exchange,
): Promise<Loaded<JsonObject>> {
  const failures: AuthorizationServerUnavailable[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const answer = await http(url, { headers: { Accept: 'application/json' } })
      const metadata = answer.status === 200 ? readJsonObject(answer.body) : undefined
      const flaw = findFlaw(metadata, issuer, wanted)
      if (flaw !== undefined) throw unusable(url, answer, flaw)
      return { value: metadata!, maxAge: freshness(answer.headers) }
    } catch (error) {
      failures.push(error as AuthorizationServerUnavailable)
    }
  }
  const details = failures.map(({ detail }) => detail).join('; ')
  throw new AuthorizationServerUnavailable(`No metadata of ${issuer}: ${details}`, {
    retryAfter: Math.max(...failures.map(({ retryAfter }) => retryAfter)),
  })
}

/** Says what makes a document unusable; `undefined` if nothing does. (RFC 8414 §3.3) */
function findFlaw(
  metadata: JsonObject | undefined,
  issuer: string,
  wanted: ReadonlySet<string>,
): string | undefined {
  if (metadata === undefined) return 'without a JSON object'
  if (metadata['issuer'] !== issuer) return 'with the document of another issuer'
  const missing = [...wanted].find((endpoint) => !readEndpoint(metadata, endpoint, issuer))
  return missing && `without a usable ${missing}`
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
function readEndpoint(metadata: JsonObject, endpoint: string, issuer: string): URL | undefined {
  const url = parseSecureUrl(metadata[endpoint])
  return issuer.startsWith('https:') && url?.protocol !== 'https:' ? undefined : url
}
