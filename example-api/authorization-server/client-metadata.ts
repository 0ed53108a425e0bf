import type { ClientMetadata, ResponseType } from 'oidc-provider'
import { clients, ordersApiCredentials, type Registration } from '../registration.ts'

const responseTypes: Readonly<Partial<Record<string, ResponseType>>> = {
  authorization_code: 'code',
  implicit: 'id_token token',
}

/** The clients as the authorization server has them. (RFC 7591 §2) */
export const clientMetadata: readonly ClientMetadata[] = [
  ...clients.map(metadataOf),
  // A resource server is a client of the introspection endpoint alone: no grant is open to it.
  {
    client_id: ordersApiCredentials.id,
    client_secret: ordersApiCredentials.secret,
    grant_types: [],
    response_types: [],
    redirect_uris: [],
  },
]

function metadataOf({ id, name, secret, redirectUri, grants }: Registration): ClientMetadata {
  return {
    client_id: id,
    client_name: name,
    ...(secret === undefined
      ? { token_endpoint_auth_method: 'none' }
      : { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }),
    redirect_uris: redirectUri === undefined ? [] : [redirectUri],
    grant_types: grants,
    response_types: grants.flatMap((grant) => responseTypes[grant] ?? []),
  }
}
