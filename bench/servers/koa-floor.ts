import { hash } from 'node:crypto'
import { joseByHand, subjectOf, tokenOf, type Verified } from './jose-by-hand.ts'
import { serveKoa } from './koa-app.ts'
import type { Listen } from './server.ts'

/** The least that remembering costs: the SHA-256 of a token, a look into a map, `exp`. */
export const listen: Listen = async (place) => {
  const verify = joseByHand(place)
  const verified = new Map<string, Verified>()
  return serveKoa(
    [
      async (ctx, next) => {
        const token = tokenOf(ctx)
        const key = hash('sha256', token, 'base64url')
        let claims = verified.get(key)
        if (claims === undefined) {
          claims = await verify(token)
          verified.set(key, claims)
        }
        if ((claims.exp as number) <= Date.now() / 1000) ctx.throw(401)
        ctx.state['claims'] = claims
        await next()
      },
    ],
    subjectOf,
  )
}
