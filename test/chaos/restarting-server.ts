import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Random } from './random.ts'
import type { RotatingIssuer } from './rotating-issuer.ts'

/** How long the documents say that they are fresh. */
const maxAge = 4

type Reply = readonly [status: number, headers: Readonly<Record<string, string>>, body?: string]

const json = { 'Content-Type': 'application/json' }

/** What a server says that is not itself; none of it tells anything. */
const confused: readonly Reply[] = [
  [500, { 'Content-Type': 'text/html' }, '<h1>Oops</h1>'],
  [502, { 'Content-Type': 'text/html' }, '<h1>Bad gateway</h1>'],
  [503, { 'Retry-After': '1' }, ''],
  [429, { 'Retry-After': '1' }, ''],
  [401, json, '{"error":"invalid_client"}'],
  [403, json, '{"active":false}'],
  [404, json, '{}'],
  [302, { Location: 'http://127.0.0.1:9/' }, ''],
  [200, { 'Content-Type': 'text/html' }, '<h1>Sign in</h1>'],
  [200, json, '{}'],
  [200, json, '{"keys":[]}'],
  [200, json, '{"keys":[null,{"kty":"oct","k":"AA"}]}'],
  [200, json, 'null'],
  [200, json, '{"active":"true"'],
  [200, { ...json, 'Content-Encoding': 'gzip' }, '{"active":true}'],
]

/**
 * The HTTP side of some issuers: metadata, key sets, introspection; it can be stopped and started, and
 * confused.
 */
export class RestartingServer {
  confused = false
  readonly #random: Random
  readonly #issuers: readonly RotatingIssuer[]
  readonly #active = new Map<string, object>()
  #server: Server | undefined

  constructor(issuers: readonly RotatingIssuer[], random: Random) {
    this.#random = random
    this.#issuers = issuers
  }

  /** Resolves to the port, another one each time. */
  async start(): Promise<number> {
    const server = createServer((request, response) => void this.#serve(request, response))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    this.#server = server
    return (server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const server = this.#server
    server?.closeAllConnections()
    await new Promise((closed) => (server ? server.close(closed) : closed(undefined)))
  }

  opaqueToken(claims: object): string {
    const token = `opaque-${randomUUID()}`
    this.#active.set(token, claims)
    return token
  }

  revoke(token: string): void {
    this.#active.delete(token)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    const document = this.#answer(`${request.method} ${request.url}`, form)
    const usual = reply(document, request.headers['if-none-match'])
    const [status, headers, body] = this.confused ? this.#random.pick(confused) : usual
    response.writeHead(status, headers).end(body)
  }

  #answer(line: string, form: URLSearchParams): object | undefined {
    for (const { issuer, jwks } of this.#issuers) {
      const { origin, pathname } = new URL(issuer)
      if (line === `GET /.well-known/oauth-authorization-server${pathname}`) {
        const introspection = `${origin}${pathname}/introspect`
        return { issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: introspection }
      }
      if (line === `GET ${pathname}/jwks`) return jwks
      if (line === `POST ${pathname}/introspect`) {
        const claims = this.#active.get(form.get('token') ?? '')
        return claims === undefined ? { active: false } : { active: true, ...claims }
      }
    }
    return undefined
  }
}

function reply(document: object | undefined, known: string | undefined): Reply {
  if (document === undefined) return [404, json, '{"error":"not_found"}']
  const body = JSON.stringify(document)
  const etag = `"${createHash('sha1').update(body).digest('base64url')}"`
  const headers = { ...json, 'Cache-Control': `max-age=${maxAge}`, ETag: etag }
  return known === etag ? [304, headers] : [200, headers, body]
}
