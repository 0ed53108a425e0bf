import { randomBytes } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { exportJWK, generateKeyPair } from 'jose'
import { type Configuration, errors, Provider } from 'oidc-provider'
import { artifactsInMemory } from './authorization-server/artifacts.ts'
import { clientMetadata } from './authorization-server/client-metadata.ts'
import { interactions } from './authorization-server/interactions.ts'
import { errorPage } from './authorization-server/pages.ts'
import {
  accounts,
  clients,
  orderPayment,
  ordersApi,
  ordersApiCredentials,
  secondFactor,
} from './registration.ts'

/**
 * Makes the authorization server, which knows the clients and the resource owners, and issues tokens.
 *
 * @param mtlsUrl Where it is reached with a client certificate. (RFC 8705 §5)
 */
export async function makeAuthorizationServer(issuer: string, mtlsUrl: string): Promise<Provider> {
  const provider = new Provider(issuer, {
    ...(await newKeys()),
    ...grants,
    ...tokens,
    ...resourceOwners,
    discovery: { mtls_endpoint_aliases: { token_endpoint: `${mtlsUrl}/token` } },
    clients: clientMetadata,
    clientBasedCORS: () => false,
    adapter: artifactsInMemory(),
  })
  provider.use(interactions(provider).routes())
  provider.on('server_error', (_ctx, error) => console.error(error))
  return provider
}

const grants = {
  responseTypes: ['code', 'id_token token'],
  pkce: { required: () => true },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  // A back end keeps its access when the resource owner has closed the browser.
  expiresWithSession: async () => false,
} satisfies Configuration

const accessTokenLifetime = (_ctx: unknown, token: Pick<TokenOf, 'resourceServer'>): number =>
  token.resourceServer!.accessTokenTTL!

type TokenOf = InstanceType<Provider['AccessToken' | 'ClientCredentials']>

const tokens = {
  features: {
    clientCredentials: { enabled: true },
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
  },
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

export const resourceOwners = {
  async findAccount(_ctx, sub) {
    const known = accounts.some(({ subject }) => subject === sub)
    return known ? { accountId: sub, claims: async () => ({ sub }) } : undefined
  },
  interactions: { url: async (_ctx, { uid }) => `/interaction/${uid}` },
  async renderError(ctx, { error, error_description: description }) {
    ctx.body = errorPage(error, description)
  },
} satisfies Configuration

/** Makes keys that last as long as the process. */
export async function newKeys() {
  const alg = 'ES256'
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg, use: 'sig' }] },
    clientDefaults: { id_token_signed_response_alg: alg },
    cookies: { keys: [randomBytes(32)] },
  } satisfies Configuration
}
