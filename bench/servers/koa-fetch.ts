import { tokenOf } from './jose-by-hand.ts'
import { serveKoa } from './koa-app.ts'
import type { Listen } from './server.ts'

interface Said {
  readonly active: boolean
  readonly sub: string
}

/** Koa, and one introspection request by `fetch` for every request. */
export const listen: Listen = async ({ introspectionEndpoint, clientId, clientSecret }) => {
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const headers = { Authorization: `Basic ${credentials}`, Accept: 'application/json' }
  return serveKoa(
    [
      async (ctx, next) => {
        const body = new URLSearchParams({ token: tokenOf(ctx), token_type_hint: 'access_token' })
        const answer = await fetch(introspectionEndpoint, { method: 'POST', headers, body })
        const said = (await answer.json()) as Said
        if (!said.active) ctx.throw(401)
        ctx.state['said'] = said
        await next()
      },
    ],
    ({ state }) => (state['said'] as Said).sub,
  )
}
