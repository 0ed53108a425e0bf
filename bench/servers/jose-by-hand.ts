import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Context, Middleware } from 'koa'
import type { Place } from './server.ts'

/** What a verified token leaves on the context. */
export interface Verified {
  readonly sub?: unknown
  readonly exp?: unknown
  readonly cnf?: { readonly jkt?: string }
}

/** Reads the token of a request, under this scheme. */
export function tokenOf(ctx: Context, scheme = 'Bearer'): string {
  const field = ctx.headers.authorization ?? ''
  if (!field.startsWith(`${scheme} `)) ctx.throw(401)
  return field.slice(scheme.length + 1)
}

/** Verifies a token as one does who has only jose. */
export function joseByHand({
  issuer,
  jwksUri,
  audience,
}: Place): (token: string) => Promise<Verified> {
  const keySet = createRemoteJWKSet(new URL(jwksUri))
  const requiredClaims = ['exp', 'sub', 'client_id', 'iat', 'jti']
  return async (token) => {
    const { payload } = await jwtVerify<Verified>(token, keySet, {
      issuer,
      audience,
      typ: 'at+jwt',
      requiredClaims,
    })
    return payload
  }
}

export function joseMiddleware(place: Place): Middleware {
  const verify = joseByHand(place)
  return async (ctx, next) => {
    try {
      ctx.state['claims'] = await verify(tokenOf(ctx))
    } catch {
      ctx.throw(401)
    }
    await next()
  }
}

export function subjectOf({ state }: Context): unknown {
  return (state['claims'] as Verified).sub
}
