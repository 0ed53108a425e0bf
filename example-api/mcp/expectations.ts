import type { Answer } from '../client.ts'
import type { Expectation } from '../walkthrough/steps.ts'
import type { Authorization } from './agent.ts'

/** Where the servers are; the issuer identifier is its URL, and the MCP server's its identifier. */
export interface McpServers {
  readonly url: string
  readonly issuer: string
}

/** A refusal, and where it leads to. (RFC 6750 §3, RFC 9728 §5.1) */
export function refusesMcp(
  url: string,
  status: number,
  error: string | undefined,
  scope: string,
): Expectation<Answer> {
  const metadata = metadataOf(url)
  return { expected: { status, error, scope, metadata }, see: seeChallenge }
}

/** Where an MCP server is described. (RFC 9728 §3.1) */
export function metadataOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}/.well-known/oauth-protected-resource${pathname}`
}

/** The document leads to the authorization server. (RFC 9728 §2) */
export function describes(url: string, issuer: string, scopes: string): Expectation<Answer> {
  return {
    expected: { resource: url, 'authorization servers': issuer, scopes },
    see({ body }) {
      const { resource, authorization_servers, scopes_supported } = body as Readonly<
        Record<string, readonly string[] | undefined>
      >
      return {
        resource: String(resource),
        'authorization servers': authorization_servers?.join(' '),
        scopes: scopes_supported?.join(' '),
      }
    },
  }
}

function seeChallenge({
  status,
  challenge = '',
}: Answer): Record<string, string | number | undefined> {
  const parameter = (name: string): string | undefined =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1]
  return {
    status,
    error: parameter('error'),
    scope: parameter('scope'),
    metadata: parameter('resource_metadata'),
  }
}

/** The resource owner is to be sent to the authorization server, for this. (RFC 8707 §2.1, RFC 7636 §4.3) */
export function asksFor(
  authorization: Authorization,
  { url, issuer }: McpServers,
  scope: string,
): Expectation<URL | string | undefined> {
  return {
    expected: { server: issuer, scope, resource: url, challenge: 'S256', client: 'registered' },
    see(request) {
      const { origin, searchParams } = new URL(request ?? 'about:blank')
      const registered = authorization.client?.client_id
      return {
        server: origin,
        scope: searchParams.get('scope') ?? undefined,
        resource: searchParams.get('resource') ?? undefined,
        challenge: searchParams.get('code_challenge_method') ?? undefined,
        client: searchParams.get('client_id') === registered ? 'registered' : 'unknown',
      }
    },
  }
}

/** The grant is for this, and lasts no longer than its token. (RFC 6749 §5.1) */
export function grantedTo(authorization: Authorization, scope: string): Expectation<void> {
  return {
    expected: { type: 'Bearer', scope, refresh: 'none' },
    see() {
      const { token_type: type, scope, refresh_token: refresh } = authorization.granted ?? {}
      return { type, scope, refresh: refresh === undefined ? 'none' : 'one' }
    },
  }
}

/** The tool answers with so many orders. */
export function answersWith(orders: number): Expectation<URL | string> {
  return {
    expected: { orders },
    see: (said) =>
      typeof said === 'string'
        ? { orders: (JSON.parse(said) as readonly unknown[]).length }
        : { authorization: said.href },
  }
}
