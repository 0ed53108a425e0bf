import { randomBytes } from 'node:crypto'
import Router from '@koa/router'
import type { Context } from 'koa'
import { authorizationCode } from '../grants.ts'
import { onlyFrom } from '../guards.ts'
import { outcomePage, policy } from '../pages.ts'
import type { Scene } from '../scene.ts'
import { tell } from '../watch.ts'

/** Which client sends the browser away, at which path. */
const starts = [
  ['/start/authorization-code', 'Authorization code with PKCE', 'shop'],
  ['/start/dpop', 'A DPoP-bound token', 'app'],
  ['/start/opaque', 'An opaque token', 'partner'],
] as const

/** What the resource owner reads in the end. */
const outcomes = {
  token: [200, 'Done', 'The client has its token. You can close this window.'],
  noToken: [200, 'No token', 'The client has got no token; the playground says why.'],
  unknown: [400, 'Unknown', 'This log-in is unknown, has ended already, or is another browser’s.'],
  off: [502, 'No log-in', 'The authorization server does not answer.'],
} as const

/** Where the browser leaves a back-end client for the authorization server, and comes back. */
export function logInRoutes(scene: Scene): Router {
  const { origin, recorder, actions, backEnd, authorizations, clients } = scene
  const router = new Router()

  for (const [path, title, client] of starts) {
    router.get(path, onlyFrom(origin), async (ctx) => {
      const browser = randomBytes(32).toString('base64url')
      const address = await actions.run(title, async () => {
        tell(recorder, 'client', ctx.req, ctx.res)
        return authorizations.begin(browser, (redirect) =>
          authorizationCode(backEnd, clients[client], redirect),
        )
      })
      if (address === undefined) return show(ctx, 'off')
      const state = address.searchParams.get('state')!
      ctx.cookies.set(cookieOf(state), browser, { ...cookie, maxAge: 600_000 })
      ctx.status = 303
      ctx.redirect(address.href)
    })
  }

  router.get('/callback', async (ctx) => {
    const outcome = await actions.goOn(async () => {
      tell(recorder, 'client', ctx.req, ctx.res)
      const finished = authorizations.arrive(new URL(ctx.url, origin), (state) => {
        const browser = ctx.cookies.get(cookieOf(state), cookie)
        ctx.cookies.set(cookieOf(state), null, cookie)
        return browser
      })
      if (finished === undefined) return 'unknown'
      await finished
      return 'token'
    })
    show(ctx, outcome ?? 'noToken')
  })

  return router
}

/**
 * Binds a log-in to the browser that has begun it: new each time, since another server on this machine could
 * have set one that lasts. (RFC 9700 §4.7.1)
 */
const cookieOf = (state: string): string => `log-in-${state}`

const cookie = { path: '/callback', sameSite: 'lax', signed: false } as const

function show(ctx: Context, outcome: keyof typeof outcomes): void {
  const [status, title, text] = outcomes[outcome]
  ctx.status = status
  ctx.type = 'html'
  ctx.set('Content-Security-Policy', policy)
  ctx.body = outcomePage(title, text, outcome === 'token')
}
