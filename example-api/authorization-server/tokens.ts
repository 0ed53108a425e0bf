import type { TLSSocket } from 'node:tls'
import { type Configuration, errors, type Provider } from 'oidc-provider'
import {
  accounts,
  orderPayment,
  ordersApi,
  ordersApiCredentials,
  type Registration,
  secondFactor,
} from '../registration.ts'

/** What tokens are issued to these clients, what is in them, and who may ask about them. */
export function tokensFor(clients: readonly Registration[]) {
  return {
    ...tokens,
    features: {
      ...features,
      resourceIndicators: {
        enabled: true,
        async getResourceServerInfo(_ctx, resource, { clientId }) {
          const client = clients.find(({ id }) => id === clientId)
          const scope = client?.scopes[resource]
          if (client === undefined || scope === undefined) throw new errors.InvalidTarget()
          const { format, lifetime } = client.accessTokens
          return { audience: resource, scope, accessTokenFormat: format, accessTokenTTL: lifetime }
        },
      },
    },
  } satisfies Configuration
}

const features = {
  clientCredentials: { enabled: true },
  introspection: {
    enabled: true,
    // To any other client no token is active, and to this one none for another audience. (RFC 7662 §4)
    allowedPolicy: async (_ctx, { clientId }, token) =>
      clientId === ordersApiCredentials.id && 'aud' in token && token.aud === ordersApi,
  },
  revocation: {
    enabled: true,
    allowedPolicy: async (_ctx, { clientId }, token) => clientId === token.clientId,
  },
  // What the resource owner has agreed to goes into the tokens as it is. (RFC 9396 §7)
  richAuthorizationRequests: {
    enabled: true,
    types: { [orderPayment]: { validate: validateOrderPayment } },
    authorizationDetailsForGrantSource: ({ oidc }) => oidc.entities.Grant?.rar,
    authorizationDetailsForAccessToken: (_ctx, _token, source) => source?.rar,
    authorizationDetailsForIntrospection: (_ctx, token) => token.rar,
  },
  // Whatever client sends a proof of its key gets tokens that are bound to it. (RFC 9449 §5)
  dPoP: { enabled: true },
  mTLS: {
    enabled: true,
    certificateBoundAccessTokens: true,
    selfSignedTlsClientAuth: true,
    getCertificate: ({ socket }) => (socket as Partial<TLSSocket>).getPeerX509Certificate?.(),
  },
  devInteractions: { enabled: false },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: false },
} satisfies Configuration['features']

const accessTokenLifetime = (_ctx: unknown, token: Pick<TokenOf, 'resourceServer'>): number =>
  token.resourceServer!.accessTokenTTL!

type TokenOf = InstanceType<Provider['AccessToken' | 'ClientCredentials']>

const tokens = {
  // What a resource server may need to know of the resource owner's authentication. (RFC 9470 §6.1)
  async extraTokenClaims({ oidc }, token) {
    const subject = 'accountId' in token ? token.accountId : undefined
    const { AuthorizationCode: code, RefreshToken: refreshToken } = oidc.entities
    const { acr, authTime } = code ?? refreshToken ?? {}
    const { username } = accounts.find((account) => account.subject === subject) ?? {}
    return { username, acr, auth_time: authTime }
  },
  acrValues: [secondFactor],
  clientAuthMethods: ['client_secret_basic', 'none', 'self_signed_tls_client_auth'],
  ttl: {
    AccessToken: accessTokenLifetime,
    ClientCredentials: accessTokenLifetime,
    AuthorizationCode: 60,
    IdToken: 300,
    RefreshToken: 86_400,
    Grant: 86_400,
    Interaction: 600,
    Session: 3600,
  },
} satisfies Configuration

function validateOrderPayment(_ctx: unknown, detail: object): void {
  const { order } = detail as { order?: unknown }
  if (typeof order !== 'string' || Object.keys(detail).length > 2) {
    throw new errors.InvalidAuthorizationDetails(`${orderPayment} has an "order", and nothing else`)
  }
}
