import { errors, Provider } from 'oidc-provider'
import { resourceOwners } from '../authorization-server.ts'
import { artifactsInMemory } from '../authorization-server/artifacts.ts'
import { interactions } from '../authorization-server/interactions.ts'
import { newCookieKeys, newSigningKey, signedBy } from '../authorization-server/keys.ts'

/** What each client may be granted for the MCP server. */
const scope = 'orders:read orders:write'

/**
 * Makes an authorization server that knows no client beforehand: each registers itself. (RFC 7591)
 *
 * @param resource Identifier of the MCP server, which its tokens are for, and for nothing else.
 */
export async function makeAuthorizationServer(issuer: string, resource: string): Promise<Provider> {
  const provider = new Provider(issuer, {
    ...signedBy([await newSigningKey()]),
    ...newCookieKeys(),
    ...resourceOwners,
    adapter: artifactsInMemory(),
    clientAuthMethods: ['none'],
    pkce: { required: () => true },
    // A client names what it asks for first when it registers; what it asks for later may be more.
    scopes: ['openid', 'orders:read'],
    features: {
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        async getResourceServerInfo(_ctx, requested) {
          if (requested !== resource) throw new errors.InvalidTarget()
          return { audience: resource, scope, accessTokenFormat: 'jwt', accessTokenTTL: 300 }
        },
      },
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 300,
      Interaction: 600,
      Session: 600,
    },
  })
  provider.use(interactions(provider).routes())
  provider.on('server_error', (_ctx, error) => console.error(error))
  return provider
}
