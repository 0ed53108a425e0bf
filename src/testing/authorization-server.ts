import { type KeyObject, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, type JWK, SignJWT } from 'jose'
import * as rule from '../protocol/options.ts'
import { keyPairs, type SigningAlgorithm, withoutUndefined } from './signing-key.ts'

export interface AuthorizationServerOptions {
  /** `aud` of the tokens. */
  readonly audience: string | readonly string[]
  /** `iss` of the tokens. Default: the loopback URL at which the server then listens. */
  readonly issuer?: string
  /** `alg` of the tokens. Default: `ES256`. */
  readonly algorithm?: SigningAlgorithm
}

/** An authorization server in the test's own process. */
export interface AuthorizationServer {
  readonly issuer: string
  /** The public keys; for `jwt({ issuer, jwks })`. */
  readonly jwks: { readonly keys: readonly JWK[] }
  /** What the metadata document says. (RFC 8414 §2) */
  readonly metadata: Readonly<Record<string, unknown>>
  /** Requests that the server has had, as `GET /jwks`. */
  readonly requests: readonly string[]
  /** Signs a JWT access token good for five minutes (RFC 9068 §2); a member given as `undefined` is left out. */
  accessToken(claims?: object, header?: object): Promise<string>
  /** Makes an opaque token, active until revoked, of the type `DPoP` where it is bound by `jkt`; `claims` go into its introspection answer. (RFC 7662 §2.2) */
  opaqueToken(claims?: object): string
  /** Ends an opaque token. */
  revoke(token: string): void
  /** What introspection answers about a token. (RFC 7662 §2.2) */
  introspect(token: string): Readonly<Record<string, unknown>>
  /** Makes a new key, with which tokens are signed from now on, in place of the old. */
  rotateKeys(): Promise<void>
  close(): Promise<void>
}

/**
 * Makes an authorization server for tests: keys, tokens, metadata, key set and introspection.
 *
 * Introspection takes any client authentication.
 *
 * @throws {TypeError} An option is wrong.
 */
export async function authorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  rule.checkOptions('authorizationServer', options, {
    audience: rule.required(rule.oneOrMore(rule.text)),
    issuer: rule.text,
    algorithm: {
      expected: `one of ${Object.keys(keyPairs).join(', ')}`,
      fits: (value) => typeof value === 'string' && Object.hasOwn(keyPairs, value),
    },
  })
  const { audience, algorithm = 'ES256' } = options
  const answers = new Map<string, Record<string, unknown>>()
  const requests: string[] = []
  const server = createServer((request, response) => void serve(request, response))
  if (options.issuer === undefined) {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    // A test that forgets to close it ends all the same.
    server.unref()
  }
  const issuer = options.issuer ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let signing = await newKey(algorithm)

  const metadata = {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    introspection_endpoint: `${issuer}/introspect`,
    response_types_supported: ['code'],
  }
  const claimsOf = (claims: object): Record<string, unknown> => {
    const iat = Math.floor(Date.now() / 1000)
    return withoutUndefined({
      iss: issuer,
      sub: 'resource-owner-1',
      client_id: 'client-1',
      aud: audience,
      iat,
      exp: iat + 300,
      jti: randomUUID(),
      ...claims,
    })
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(`${request.method} ${request.url}`)
    const form = new URLSearchParams(await text(request))
    const documents: Record<string, () => object> = {
      'GET /.well-known/oauth-authorization-server': () => metadata,
      'GET /jwks': () => as.jwks,
      'POST /introspect': () => as.introspect(form.get('token') ?? ''),
    }
    const document = documents[`${request.method} ${request.url}`]
    response.writeHead(document ? 200 : 404, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(document?.() ?? { error: 'not_found' }))
  }

  const as: AuthorizationServer = {
    issuer,
    metadata,
    requests,
    get jwks() {
      return { keys: [signing.jwk] }
    },
    accessToken(claims = {}, header = {}) {
      const { kid } = signing.jwk
      return new SignJWT(claimsOf(claims))
        .setProtectedHeader(
          withoutUndefined({ alg: algorithm, typ: 'at+jwt', kid, ...header }) as { alg: string },
        )
        .sign(signing.privateKey)
    },
    opaqueToken(claims = {}) {
      const token = randomUUID()
      const { cnf } = claims as { cnf?: { jkt?: string } }
      const tokenType = cnf?.jkt === undefined ? 'Bearer' : 'DPoP'
      answers.set(
        token,
        withoutUndefined({ active: true, token_type: tokenType, ...claimsOf({}), ...claims }),
      )
      return token
    },
    revoke(token) {
      answers.delete(token)
    },
    introspect(token) {
      return answers.get(token) ?? { active: false }
    },
    async rotateKeys() {
      signing = await newKey(algorithm)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  return as
}

async function newKey(algorithm: SigningAlgorithm): Promise<{ privateKey: KeyObject; jwk: JWK }> {
  const { privateKey, publicKey } = keyPairs[algorithm]()
  const jwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: algorithm, use: 'sig' }
  return { privateKey, jwk }
}
