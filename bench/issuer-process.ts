import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { startedWith, tell } from './child.ts'
import type { ToIssuer } from './issuer.ts'

const calls = { keySet: 0, introspection: 0, lastFetch: 0 }
let published = '{"keys":[]}'
let failures = 0
/** How long an introspection takes, in milliseconds. */
let latency = 5

startedWith()
const server = createServer(async (request, response) => {
  const { status, body } = await answer(request)
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'max-age=300' }
  response.writeHead(status, headers).end(body)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => tell({ url: origin() }))

process.on('message', (asked: ToIssuer) => {
  if ('publish' in asked) published = JSON.stringify({ keys: asked.publish })
  if ('failNext' in asked) ({ failNext: failures, latency } = asked)
  tell({ ...calls })
  if ('count' in asked) Object.assign(calls, { keySet: 0, introspection: 0 })
})

function origin(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
  if (request.url !== '/introspect') {
    calls.keySet += 1
    calls.lastFetch = Date.now()
    return { status: 200, body: published }
  }
  calls.introspection += 1
  const form = new URLSearchParams(await text(request))
  await delay(latency)
  if (failures > 0) {
    failures -= 1
    return { status: 500, body: '{"error":"server_error"}' }
  }
  return { status: 200, body: JSON.stringify(said(form.get('token') ?? '')) }
}

/** Every opaque token is active. (RFC 7662 §2.2) */
function said(token: string): object {
  const now = Math.floor(Date.now() / 1000)
  return {
    active: true,
    iss: origin(),
    sub: `user-${token.slice(0, 8)}`,
    aud: 'https://api.example.com',
    client_id: 'storefront',
    scope: 'orders:read orders:write',
    token_type: 'Bearer',
    iat: now,
    exp: now + 3600,
  }
}
