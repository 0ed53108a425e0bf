import { X509Certificate } from 'node:crypto'
import type { ClientMetadata, ResponseType } from 'oidc-provider'
import {
  orderPayment,
  ordersApi,
  ordersApiCredentials,
  type Registration,
} from '../registration.ts'

const responseTypes: Readonly<Partial<Record<string, ResponseType>>> = {
  authorization_code: 'code',
  implicit: 'id_token token',
}

/** The clients as the authorization server has them. (RFC 7591 §2) */
export function clientMetadata(clients: readonly Registration[]): ClientMetadata[] {
  return [...clients.map(metadataOf), resourceServer]
}

/** A resource server is a client of the introspection endpoint alone: no grant is open to it. */
const resourceServer: ClientMetadata = {
  client_id: ordersApiCredentials.id,
  client_secret: ordersApiCredentials.secret,
  grant_types: [],
  response_types: [],
  redirect_uris: [],
}

function metadataOf(client: Registration): ClientMetadata {
  const { id, name, redirectUris = [], grants, scopes, boundTo } = client
  const pays = scopes[ordersApi]?.split(' ').includes('orders:pay')
  return {
    client_id: id,
    client_name: name,
    ...authentication(client),
    dpop_bound_access_tokens: boundTo === 'key',
    tls_client_certificate_bound_access_tokens: boundTo === 'certificate',
    // (RFC 9396 §10)
    authorization_details_types: pays ? [orderPayment] : [],
    redirect_uris: redirectUris,
    application_type: isOnLoopback(client) ? 'native' : 'web',
    grant_types: grants,
    response_types: grants.flatMap((grant) => responseTypes[grant] ?? []),
  }
}

/**
 * Whether a client's tokens are sent to this machine by the implicit grant, in plain HTTP.
 *
 * That is open to native applications alone (OpenID Connect Registration 1.0 §2). As any program here may
 * wait at such an address, the resource owner is asked each time. (RFC 8252 §8.6)
 */
function isOnLoopback({ grants, redirectUris = [] }: Registration): boolean {
  return grants.includes('implicit') && redirectUris.some((uri) => uri.startsWith('http:'))
}

/** How a client authenticates: by its secret, by its certificate (RFC 8705 §2.2), or not at all. */
function authentication({ secret, certificate }: Registration): Omit<ClientMetadata, 'client_id'> {
  if (secret !== undefined) {
    return { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }
  }
  if (certificate === undefined) return { token_endpoint_auth_method: 'none' }
  const { publicKey, raw } = new X509Certificate(certificate)
  const key = { ...publicKey.export({ format: 'jwk' }), x5c: [raw.toString('base64')] }
  return { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [key] } }
}
