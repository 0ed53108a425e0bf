import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import { type JsonObject, readJsonObject } from '../protocol/json.ts'
import { type Exchange, parseSecureUrl } from './exchange.ts'
import { type Loaded } from './last-known-good.ts'
import { freshness } from './freshness.ts'

/** Metadata of an authorization server, its `issuer` compared; other members as they came. (RFC 8414 §2) */
export type Metadata = JsonObject

/**
 * Fetches the metadata of an authorization server: RFC 8414's document, else OpenID Connect's.
 *
 * @throws {AuthorizationServerUnavailable} Neither is there with exactly this `issuer`. (RFC 8414 §3.3)
 */
export async function discover(issuer: string, http: Exchange): Promise<Loaded<Metadata>> {
  const failures: string[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const { status, headers, body } = await http(url, { headers: { Accept: 'application/json' } })
      const metadata = status === 200 ? readJsonObject(body) : undefined
      if (metadata?.['issuer'] === issuer) return { value: metadata, maxAge: freshness(headers) }
      failures.push(
        metadata === undefined
          ? `${url.href} answered ${status} without a JSON object`
          : `${url.href} is the document of another issuer`,
      )
    } catch (error) {
      failures.push((error as Error).stack?.split('\n', 1)[0] ?? String(error))
    }
  }
  throw new AuthorizationServerUnavailable(`No metadata of ${issuer}: ${failures.join('; ')}`)
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

/**
 * Reads the URL of an endpoint from metadata.
 *
 * @throws {AuthorizationServerUnavailable} It is missing, or leads to plain http. (RFC 8414 §2)
 */
export function endpoint(metadata: Metadata, name: string): URL {
  const url = parseSecureUrl(metadata[name])
  const issuer = new URL(metadata['issuer'] as string)
  if (url === undefined || (issuer.protocol === 'https:' && url.protocol !== 'https:')) {
    throw new AuthorizationServerUnavailable(`The metadata of ${issuer.href} has no usable ${name}`)
  }
  return url
}
