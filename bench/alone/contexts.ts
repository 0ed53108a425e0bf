import type { IncomingMessage, ServerResponse } from 'node:http'
import Koa, { type Context } from 'koa'
import { path } from '../proofs.ts'

/** All that is asked of a connection. */
const socket = { remoteAddress: '127.0.0.1', encrypted: false }
const app = new Koa()
const answer = { getHeader: () => undefined, setHeader: () => undefined } as object

/** Koa's context for a request that no network has brought: what the middleware looks at, and no more. */
export function contextOf(fields: Readonly<Record<string, string>>): Context {
  const rawHeaders = ['Host', 'api.example.com']
  const headers: Record<string, string> = { host: 'api.example.com' }
  for (const [name, value] of Object.entries(fields)) {
    const flat = flatten(value)
    rawHeaders.push(name, flat)
    headers[name.toLowerCase()] = flat
  }
  const request = { method: 'GET', url: path, httpVersion: '1.1', rawHeaders, headers, socket }
  return app.createContext(request as object as IncomingMessage, answer as ServerResponse)
}

/** A string in one piece, as a parser gives it. */
function flatten(text: string): string {
  return Buffer.from(text).toString()
}
