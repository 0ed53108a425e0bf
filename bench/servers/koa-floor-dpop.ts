import { hash } from 'node:crypto'
import { proofCheck } from './dpop-by-hand.ts'
import { joseByHand, subjectOf, tokenOf, type Verified } from './jose-by-hand.ts'
import { serveKoa } from './koa-app.ts'
import type { Listen } from './server.ts'

/** The floor for bound tokens: that for others, and the least that checks a proof. */
export const listen: Listen = async (place) => {
  const verify = joseByHand(place)
  const check = proofCheck(place.audience)
  const verified = new Map<string, Verified>()
  return serveKoa(
    [
      async (ctx, next) => {
        const token = tokenOf(ctx, 'DPoP')
        const key = hash('sha256', token, 'base64url')
        let claims = verified.get(key)
        if (claims === undefined) {
          claims = await verify(token)
          verified.set(key, claims)
        }
        const expired = (claims.exp as number) <= Date.now() / 1000
        if (expired || !check(ctx, key, claims.cnf?.jkt ?? '')) ctx.throw(401)
        ctx.state['claims'] = claims
        await next()
      },
    ],
    subjectOf,
  )
}
