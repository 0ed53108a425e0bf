import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import Koa from 'koa'
import nock from 'nock'
import {
  type Authentication,
  resourceServer,
  type ResourceServerOptions,
} from 'koa-resource-server'
import { authorizationServer, type AuthorizationServer } from 'koa-resource-server/testing'
import { type Challenge, readChallenges } from './challenges.ts'

nock.disableNetConnect()
nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])/)

/** The audience of every API and token here, unless a test says otherwise. */
export const audience = 'https://api.example.com'

/** An authorization server that listens on loopback until the test ends. */
export async function issuing(
  t: ExecutionContext,
  options: Partial<Parameters<typeof authorizationServer>[0]> = {},
): Promise<AuthorizationServer> {
  const as = await authorizationServer({ audience, ...options })
  t.teardown(() => as.close())
  return as
}

/** Serves an application on loopback until the test ends; returns its URL. */
export async function listen(t: ExecutionContext, app: Koa): Promise<string> {
  return serve(t, app.callback())
}

/** Serves requests on loopback until the test ends; returns the URL. */
export async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  // Kept long, since a busy client may use a connection just when the server closes it.
  const server = createServer({ keepAliveTimeout: 60_000 }, listener).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Waits until a condition holds; gives up, with an error, after half a minute. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('what the test waits for does not happen')
    await delay(2)
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The challenges of `WWW-Authenticate`, read strictly. */
  readonly challenges: readonly Challenge[]
  /** The parameters of the Bearer challenge. */
  readonly bearer: Readonly<Record<string, string>> | undefined
}

/** Sends a request, with a token if one is given. */
export type Send = (token?: string, init?: RequestInit & { path?: string }) => Promise<Answer>

export interface Api {
  readonly url: string
  readonly app: Koa
  readonly send: Send
  /** `ctx.state.auth` of each request that got through. */
  readonly admitted: readonly (Authentication | undefined)[]
  /** What Koa's error event reported. */
  readonly errors: readonly Error[]
}

/** A Koa application behind `resourceServer`; what gets through is answered 200 with `ctx.state.auth`. */
export async function protect(
  t: ExecutionContext,
  options: Partial<ResourceServerOptions> & Pick<ResourceServerOptions, 'tokens'>,
  ...guards: readonly Koa.Middleware<any>[]
): Promise<Api> {
  const app = new Koa()
  const admitted: (Authentication | undefined)[] = []
  const errors: Error[] = []
  app.on('error', (error: Error) => errors.push(error))
  app.use(resourceServer({ audience, ...options }))
  for (const guard of guards) app.use(guard)
  app.use((ctx) => {
    admitted.push(ctx.state['auth'])
    ctx.body = ctx.state['auth'] ?? 'anonymous'
  })
  const url = await listen(t, app)
  return { url, app, send: sender(url), admitted, errors }
}

export function sender(url: string): Send {
  return async (token, { path = '/', headers, ...init } = {}) => {
    const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    const response = await fetch(url + path, {
      ...init,
      headers: { ...authorization, ...(headers as Record<string, string>) },
    })
    return {
      status: response.status,
      headers: response.headers,
      body: await response.text(),
      ...challengesOf(response.headers.get('WWW-Authenticate')),
    }
  }
}

/** Sends lines as they are, for requests that no HTTP client would send. */
export async function sendRaw(
  url: string,
  lines: readonly string[],
): Promise<Pick<Answer, 'status' | 'challenges' | 'bearer'>> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(`${lines.join('\r\n')}\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`)
  const answer = await text(socket)
  const fields = [...answer.matchAll(/^www-authenticate: (.*)\r$/gim)].map(([, value]) => value)
  return {
    status: Number(answer.split(' ')[1]),
    ...challengesOf(fields.length > 0 ? fields.join(', ') : null),
  }
}

function challengesOf(field: string | null): Pick<Answer, 'challenges' | 'bearer'> {
  const challenges = field === null ? [] : readChallenges(field)
  return { challenges, bearer: challenges.find(({ scheme }) => scheme === 'Bearer')?.parameters }
}
