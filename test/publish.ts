import { generateKeyPairSync } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { AuthorizationServerUnavailable } from 'koa-resource-server'
import { type Answer, type Api, audience, serve } from './kit.ts'
import { signCompact } from './sign-compact.ts'

/** The well-known paths of RFC 8414 §3 and OpenID Connect Discovery 1.0 §4. */
export const oauth = '/.well-known/oauth-authorization-server'
export const openid = '/.well-known/openid-configuration'

export type Jwk = Readonly<Record<string, unknown>>

/** A key of an authorization server. */
export interface Key {
  /** What is published of it. */
  readonly jwk: Jwk
  /** Signs an access token, a good one but for what is given. */
  token(issuer: string, header?: object, claims?: object): string
}

export type SigningAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'PS256' | 'EdDSA'

export function newKey(kid: string, alg: SigningAlgorithm = 'ES256', members: object = {}): Key {
  const { privateKey, publicKey } = keyPairs[alg]()
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig', ...members },
    token(issuer, header = {}, claims = {}) {
      const iat = Math.floor(Date.now() / 1000)
      const ids = { iss: issuer, sub: 'alice', client_id: 'client-1', aud: audience, jti: 'a' }
      const payload = { ...ids, iat, exp: iat + 300, ...claims }
      return signCompact({ alg, typ: 'at+jwt', kid, ...header }, payload, privateKey, alg)
    },
  }
}

const keyPairs = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
} as const

export function keySet(...keys: readonly Key[]): { readonly keys: readonly Jwk[] } {
  return { keys: keys.map(({ jwk }) => jwk) }
}

/** A document, or how a request for it is answered. */
export type Reply = object | ((request: IncomingMessage, response: ServerResponse) => void)

/** An authorization server on loopback whose documents a test can change at any time. */
export interface Host {
  readonly url: string
  /** The requests that have come. */
  readonly asked: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[]
  /** By path; what is not here is not found. */
  readonly replies: Record<string, Reply>
  /** How often a path has been asked for. */
  count(path: string): number
}

/** Publishes metadata, and these keys at `/jwks`, until the test ends. */
export async function publish(t: ExecutionContext, ...keys: readonly Key[]): Promise<Host> {
  const asked: { path: string; headers: IncomingHttpHeaders }[] = []
  const replies: Host['replies'] = {}
  const url = await serve(t, (request, response) => {
    const path = request.url!
    asked.push({ path, headers: request.headers })
    const reply = replies[path] ?? respond(404)
    if (typeof reply === 'function') (reply as ReturnType<typeof respond>)(request, response)
    else respond(200, reply)(request, response)
  })
  replies[oauth] = { issuer: url, jwks_uri: `${url}/jwks` }
  replies['/jwks'] = keySet(...keys)
  return { url, asked, replies, count: (path) => asked.filter((one) => one.path === path).length }
}

/** Answers with a status, a body (an object as JSON) and headers. */
export function respond(
  status: number,
  body: object | string = '',
  headers: Readonly<Record<string, string>> = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body)
  return (_, response) => {
    response.writeHead(status, headers).end(raw ? body : JSON.stringify(body))
  }
}

/** Gives an answer no sooner than the test lets it. */
export function held(reply: object): { readonly reply: Reply; readonly release: () => void } {
  let release!: () => void
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return {
    reply: (request: IncomingMessage, response: ServerResponse) => {
      void released.then(() => respond(200, reply)(request, response))
    },
    release,
  }
}

/**
 * Sends a token again and again until a condition holds; gives up, with an error, after twenty seconds.
 *
 * @returns The statuses of the answers.
 */
export async function sendUntil(
  { send }: Api,
  token: string,
  condition: (status: number) => boolean,
): Promise<readonly number[]> {
  const deadline = performance.now() + 20_000
  const statuses: number[] = []
  do {
    if (performance.now() > deadline) throw new Error(`after ${statuses.join(' ')} it gives up`)
    statuses.push((await send(token)).status)
    await delay(2)
  } while (!condition(statuses.at(-1)!))
  return statuses
}

/** Sends a token again and again until the answer has this status. */
export async function untilStatus(api: Api, token: string, status: number): Promise<void> {
  await sendUntil(api, token, (last) => last === status)
}

/** Nobody can tell whether the token is good: no verdict, and nothing told of the reason. */
export function isOutage(t: ExecutionContext, answer: Answer, title?: string): void {
  t.is(answer.status, 503, title)
  t.regex(answer.headers.get('Retry-After') ?? '', /^[1-9]\d*$/, title)
  t.is(answer.headers.get('Cache-Control'), 'no-store', title)
  t.is(answer.headers.get('WWW-Authenticate'), null, title)
  t.is(answer.body, 'Service Unavailable', title)
}

/** What the operator has been told last, its causes included. */
export function toldOperator({ errors }: Pick<Api, 'errors'>): string {
  const details: string[] = []
  for (let error: unknown = errors.at(-1); error instanceof Error; error = error.cause) {
    details.push(error instanceof AuthorizationServerUnavailable ? error.detail : String(error))
  }
  return details.join('\n')
}

/** Options that back off hardly at all, so that a test need not wait. */
export const impatient = { coolDown: 0.01, maxBackOff: 0.01 } as const
