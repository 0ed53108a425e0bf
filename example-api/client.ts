import { createHash } from 'node:crypto'
import * as oauth from 'openid-client'
import { ordersApi, type Registration } from './registration.ts'

/** What a client has from a grant. (RFC 6749 §5.1) */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly scope: string | undefined
  readonly type: string | undefined
}

/** Sends the resource owner's user-agent to an address, and gives the one that it returns to. */
export type Redirect = (authorizationRequest: URL) => Promise<URL>

/** A client, which drives the grants that it is registered for. */
export class Client {
  readonly #server: oauth.Configuration
  readonly #redirectUri: string
  /** Its proofs of possession, where its tokens are bound to a key. (RFC 9449 §4) */
  readonly #proofs: oauth.DPoPOptions

  private constructor(
    server: oauth.Configuration,
    redirectUri = '',
    proofs: oauth.DPoPOptions = {},
  ) {
    this.#server = server
    this.#redirectUri = redirectUri
    this.#proofs = proofs
  }

  /**
   * Makes a client that finds the authorization server's endpoints by its issuer identifier. (RFC 8414 §3)
   *
   * Each has a new key of its own, if its tokens are bound to one.
   *
   * @param fetch Sends its requests.
   */
  static async of(
    registration: Registration,
    issuer: string,
    fetch?: oauth.CustomFetch,
  ): Promise<Client> {
    const { id, redirectUris: [redirectUri] = [], grants, boundTo } = registration
    const metadata = { use_mtls_endpoint_aliases: boundTo === 'certificate' }
    // oxlint-disable-next-line typescript/no-deprecated -- only marked so to stand out; this is loopback
    const execute = [oauth.allowInsecureRequests]
    if (grants.includes('implicit')) execute.push(oauth.useIdTokenResponseType)
    const clientAuth = authentication(registration)
    const server = await oauth.discovery(new URL(issuer), id, metadata, clientAuth, { execute })
    if (fetch !== undefined) server[oauth.customFetch] = fetch
    if (boundTo !== 'key') return new Client(server, redirectUri)
    const DPoP = oauth.getDPoPHandle(server, await oauth.randomDPoPKeyPair())
    return new Client(server, redirectUri, { DPoP })
  }

  /** Gets a token on its own behalf. (RFC 6749 §4.4) */
  async clientCredentials(scope: string, resource = ordersApi): Promise<Tokens> {
    const parameters = { scope, resource }
    return tokens(await oauth.clientCredentialsGrant(this.#server, parameters, this.#proofs))
  }

  /**
   * Gets tokens on behalf of a resource owner, by a code that is of no use to who steals it. (RFC 6749 §4.1, RFC 7636)
   *
   * @param demanded Further parameters: how the resource owner is to be authenticated (RFC 9470 §4), and what
   *   precisely is to be granted (RFC 9396 §3).
   */
  async authorizationCode(
    scope: string,
    redirect: Redirect,
    demanded: Readonly<Record<string, string>> = {},
  ): Promise<Tokens> {
    const pkceCodeVerifier = oauth.randomPKCECodeVerifier()
    const expectedState = oauth.randomState()
    const thumbprint = await this.#proofs.DPoP?.calculateThumbprint()
    const response = await redirect(
      oauth.buildAuthorizationUrl(this.#server, {
        redirect_uri: this.#redirectUri,
        resource: ordersApi,
        scope,
        ...demanded,
        // The code, too, is bound to the key. (RFC 9449 §10)
        ...(thumbprint !== undefined && { dpop_jkt: thumbprint }),
        state: expectedState,
        code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      }),
    )
    const checks = { pkceCodeVerifier, expectedState }
    const resource = ordersApi
    return tokens(
      await oauth.authorizationCodeGrant(
        this.#server,
        response,
        checks,
        { resource },
        this.#proofs,
      ),
    )
  }

  /** Gets a new access token, here with less scope than the resource owner has granted. (RFC 6749 §6) */
  async refresh(refreshToken: string, scope: string): Promise<Tokens> {
    const resource = ordersApi
    return tokens(await oauth.refreshTokenGrant(this.#server, refreshToken, { scope, resource }))
  }

  /**
   * Gets tokens out of the address that the browser returns to.
   *
   * Still met, and discouraged: anything that reads this address has the token. (RFC 9700 §2.1.2)
   */
  async implicit(scope: string, redirect: Redirect): Promise<Tokens> {
    const nonce = oauth.randomNonce()
    const expectedState = oauth.randomState()
    const response = await redirect(
      oauth.buildAuthorizationUrl(this.#server, {
        response_type: 'id_token token',
        redirect_uri: this.#redirectUri,
        resource: ordersApi,
        scope: `openid ${scope}`,
        state: expectedState,
        nonce,
      }),
    )
    const idToken = await oauth.implicitAuthentication(this.#server, response, nonce, {
      expectedState,
    })
    const fragment = new URLSearchParams(response.hash.slice(1))
    const accessToken = fragment.get('access_token') ?? ''
    if (idToken['at_hash'] !== leftHalfHash(accessToken)) {
      throw new Error('The access token is not the one that the ID token was issued with')
    }
    return {
      accessToken,
      refreshToken: fragment.get('refresh_token') ?? undefined,
      scope: fragment.get('scope') ?? undefined,
      type: fragment.get('token_type')?.toLowerCase(),
    }
  }

  /** Gives a token back. (RFC 7009 §2.1) */
  async revoke(token: string): Promise<void> {
    await oauth.tokenRevocation(this.#server, token)
  }

  /**
   * Asks for a protected resource, and proves that the token is its own: by a proof of its key in each
   * request (RFC 9449 §7), or by the certificate that it connects with.
   *
   * Where the resource server asks for a nonce in the proof, it tries again with that. (RFC 9449 §9)
   */
  async access(
    url: string,
    accessToken: string,
    method: 'GET' | 'POST' = 'GET',
    json?: object,
  ): Promise<Answer> {
    const body = json && JSON.stringify(json)
    const headers = new Headers(json && { 'Content-Type': 'application/json' })
    const request = [new URL(url), method, body, headers, this.#proofs] as const
    try {
      return await read(await oauth.fetchProtectedResource(this.#server, accessToken, ...request))
    } catch (error) {
      if (error instanceof oauth.WWWAuthenticateChallengeError) return read(error.response)
      throw error
    }
  }
}

function authentication({ secret, certificate }: Registration): oauth.ClientAuth {
  if (secret !== undefined) return oauth.ClientSecretBasic(secret)
  return certificate === undefined ? oauth.None() : oauth.TlsClientAuth()
}

function tokens(response: oauth.TokenEndpointResponse): Tokens {
  const {
    access_token: accessToken,
    refresh_token: refreshToken,
    scope,
    token_type: type,
  } = response
  return { accessToken, refreshToken, scope, type }
}

/** `at_hash` of an access token. (OpenID Connect Core 1.0 §3.2.2.9) */
function leftHalfHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')
}

/** What a resource server answers. */
export interface Answer {
  readonly status: number
  readonly challenge: string | undefined
  readonly body: unknown
}

/** Asks for a protected resource, with a token in the header and no proof that it is one's own. (RFC 6750 §2.1) */
export async function access(
  method: 'GET' | 'POST',
  url: string,
  accessToken?: string,
  json?: object,
  scheme: 'Bearer' | 'DPoP' = 'Bearer',
): Promise<Answer> {
  const headers = new Headers()
  if (accessToken !== undefined) headers.set('Authorization', `${scheme} ${accessToken}`)
  if (json !== undefined) headers.set('Content-Type', 'application/json')
  return read(await fetch(url, { method, headers, ...(json && { body: JSON.stringify(json) }) }))
}

/** What a challenge asks of the next authorization request, by its names there. (RFC 9470 §4) */
export function demandedBy({ challenge = '' }: Answer): Readonly<Record<string, string>> {
  const parameters = challenge.matchAll(/(scope|acr_values|max_age)="([^"]*)"/g)
  return Object.fromEntries([...parameters].map(([, name, value]) => [name!, value!]))
}

/** Reads an answer. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    challenge: response.headers.get('WWW-Authenticate') ?? undefined,
    body: isJson ? JSON.parse(text) : text,
  }
}
