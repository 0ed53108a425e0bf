import { bodyParser } from '@koa/bodyparser'
import type { Middleware } from 'koa'

/** Answers who has come by the playground's own name, since another may be made to mean this machine. */
export function onlyAt(origin: string): Middleware {
  const { host, port } = new URL(origin)
  return async (ctx, next) => {
    if (ctx.host === host) {
      await next()
      return
    }
    // The clients' redirect URIs and the API's CORS know one origin.
    if (ctx.host !== `localhost:${port}` || ctx.method !== 'GET') {
      ctx.throw(421, `This is ${origin}`)
    }
    ctx.redirect(origin + ctx.url)
  }
}

/** Refuses what a page of another origin has the browser send; what is no browser does not say. (Fetch §3.2) */
export function onlyFrom(origin: string): Middleware {
  return async (ctx, next) => {
    const { origin: from = origin, 'sec-fetch-site': site = 'none' } = ctx.headers
    if (from !== origin || (site !== 'same-origin' && site !== 'none')) {
      ctx.throw(403, 'Only the playground itself may ask for this')
    }
    await next()
  }
}

/** Reads a JSON object, which a form of another site cannot send. */
export const json: readonly Middleware[] = [
  async (ctx, next) => {
    if (!ctx.is('application/json')) ctx.throw(415, 'The body must be application/json')
    await next()
  },
  bodyParser({
    enableTypes: ['json'],
    jsonLimit: '16kb',
    onError(error, ctx) {
      const { status } = error as Error & { status?: number }
      if (status === 413) ctx.throw(413, 'The body is too long')
      ctx.throw(400, 'The body must be a JSON object')
    },
  }),
]

/** What the page may load and call: nothing of any other host. */
export function safely(connect: readonly string[]): Middleware {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // The diagram's library sets styles as it draws.
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self' ${connect.join(' ')}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join('; ')
  return async (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    })
    await next()
  }
}
