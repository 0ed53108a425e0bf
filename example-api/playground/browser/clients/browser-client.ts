import * as oauth from 'openid-client'
import type { BrowserClient as Registration, Setup } from '../../events.ts'

/** What a client in the browser has from a grant, and keeps in memory only. */
export interface Granted {
  readonly accessToken: string
  readonly scope: string
  readonly expiresAt: number | undefined
}

/** Sends the resource owner to the authorization server, and gives the address that the browser comes back to. */
export type Ask = (authorizationRequest: URL) => Promise<URL>

/** Who logs in, and whether they consent, can be another each time. (OpenID Connect Core §3.1.2.1) */
const prompt = 'login consent'

/** Gets a token by a code, with nothing secret but the code's verifier. (RFC 6749 §4.1, RFC 7636) */
export async function authorizationCode(
  { issuer, resource, browserClient: client }: Setup,
  ask: Ask,
): Promise<Granted> {
  const server = await discover(issuer, client)
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier()
  const expectedState = oauth.randomState()
  const request = oauth.buildAuthorizationUrl(server, {
    redirect_uri: client.redirectUri,
    resource,
    scope: client.scope,
    prompt,
    state: expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const response = await ask(request)
  const checks = { pkceCodeVerifier, expectedState }
  const tokens = await oauth.authorizationCodeGrant(server, response, checks, { resource })
  return granted(tokens.access_token, tokens.scope ?? client.scope, tokens.expires_in)
}

/**
 * Gets a token out of the address that the browser comes back to: the old way.
 *
 * Whatever reads this address has the token. (RFC 9700 §2.1.2)
 */
export async function implicit(
  { issuer, resource, implicitClient: client }: Setup,
  ask: Ask,
): Promise<Granted> {
  const server = await discover(issuer, client, [oauth.useIdTokenResponseType])
  const nonce = oauth.randomNonce()
  const expectedState = oauth.randomState()
  const request = oauth.buildAuthorizationUrl(server, {
    response_type: 'id_token token',
    redirect_uri: client.redirectUri,
    resource,
    scope: `openid ${client.scope}`,
    prompt,
    state: expectedState,
    nonce,
  })
  const response = await ask(request)
  const idToken = await oauth.implicitAuthentication(server, response, nonce, { expectedState })
  const fragment = new URLSearchParams(response.hash.slice(1))
  const accessToken = fragment.get('access_token') ?? ''
  if (idToken['at_hash'] !== (await leftHalfHash(accessToken))) {
    throw new Error('The access token is not the one that the ID token was issued with')
  }
  const expiresIn = Number(fragment.get('expires_in') ?? Number.NaN)
  return granted(accessToken, fragment.get('scope') ?? client.scope, expiresIn)
}

async function discover(
  issuer: string,
  { id }: Registration,
  more: ((configuration: oauth.Configuration) => void)[] = [],
): Promise<oauth.Configuration> {
  // oxlint-disable-next-line typescript/no-deprecated -- only marked so to stand out; this is loopback
  const execute = [oauth.allowInsecureRequests, ...more]
  return oauth.discovery(new URL(issuer), id, {}, oauth.None(), { execute })
}

function granted(accessToken: string, scope: string, expiresIn = Number.NaN): Granted {
  const expiresAt = Math.floor(Date.now() / 1000) + expiresIn
  return { accessToken, scope, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt }
}

/** `at_hash` of an access token. (OpenID Connect Core 1.0 §3.2.2.9) */
async function leftHalfHash(accessToken: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken))
  const half = String.fromCharCode(...new Uint8Array(hash, 0, 16))
  return btoa(half).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
