import type { RequestListener } from 'node:http'
import { type Configuration, Provider } from 'oidc-provider'
import { artifactsInMemory } from './authorization-server/artifacts.ts'
import { clientMetadata } from './authorization-server/client-metadata.ts'
import { interactions } from './authorization-server/interactions.ts'
import { newCookieKeys, newSigningKey, signedBy } from './authorization-server/keys.ts'
import { errorPage } from './authorization-server/pages.ts'
import { tokensFor } from './authorization-server/tokens.ts'
import { accounts, type Registration } from './registration.ts'

/** The authorization server, as it is run. */
export interface AuthorizationServer {
  readonly answer: RequestListener
  /** How many signing keys it publishes. */
  readonly keys: number
  /** Signs with a new key from now on; what the last ones have signed can still be verified. */
  rotateKeys(): Promise<void>
}

/**
 * Makes the authorization server, which knows the clients and the resource owners, and issues tokens.
 *
 * @param mtlsUrl Where it is reached with a client certificate. (RFC 8705 §5)
 */
export async function makeAuthorizationServer(
  issuer: string,
  mtlsUrl: string,
  clients: readonly Registration[],
): Promise<AuthorizationServer> {
  let keys = [await newSigningKey()]
  const configuration = {
    ...newCookieKeys(),
    ...grants,
    ...tokensFor(clients),
    ...resourceOwners,
    discovery: { mtls_endpoint_aliases: { token_endpoint: `${mtlsUrl}/token` } },
    clients: clientMetadata(clients),
    clientBasedCORS: (_ctx, origin, { clientId }) =>
      clients.some((client) => client.id === clientId && client.origin === origin),
    adapter: artifactsInMemory(),
  } satisfies Configuration
  // One with other keys has the same sessions, grants and tokens.
  const make = (): RequestListener => {
    const provider = new Provider(issuer, { ...configuration, ...signedBy(keys) })
    provider.use(interactions(provider).routes())
    provider.on('server_error', (_ctx, error) => console.error(error))
    return provider.callback()
  }
  let current = make()
  return {
    answer: (request, response) => current(request, response),
    get keys() {
      return keys.length
    },
    async rotateKeys() {
      const key = await newSigningKey()
      keys = [key, ...keys].slice(0, mostKeys)
      current = make()
    },
  }
}

/** By the time that so many have come after a key, its tokens have most likely expired. */
const mostKeys = 10

const grants = {
  responseTypes: ['code', 'id_token token'],
  pkce: { required: () => true },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  // A back end keeps its access when the resource owner has closed the browser.
  expiresWithSession: async () => false,
} satisfies Configuration

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
