import Router from '@koa/router'
import type { Middleware } from 'koa'
import { breaks } from '../breaks.ts'
import { withoutSecrets } from '../fields.ts'
import { clientCredentials, refresh } from '../grants.ts'
import { json, onlyFrom } from '../guards.ts'
import { input, readInput } from '../input.ts'
import type { Scene } from '../scene.ts'

/** What the page's buttons ask for. The answer is 204, whatever comes of it: the stream of events tells. */
export function buttonRoutes({
  origin,
  recorder,
  actions,
  backEnd,
  clients,
  servers,
}: Scene): Router {
  const router = new Router()
  const { authorizationServer } = servers

  const notTooMany: Middleware = async (ctx, next) => {
    if (actions.areTooMany) ctx.throw(429, 'So many things at once are too many')
    await next()
    ctx.status = 204
  }
  const asked = [onlyFrom(origin), ...json, notTooMany]

  router.post('/runs', ...asked, async (ctx) => {
    const { title } = readInput(ctx, input.run)
    await actions.run(title, async () => undefined)
  })

  router.post('/grants/client-credentials', ...asked, async (ctx) => {
    readInput(ctx, input.nothing)
    await actions.run('Client credentials', () => clientCredentials(backEnd, clients.nightlyJob))
  })

  router.post('/grants/refresh', ...asked, async (ctx) => {
    const { token } = readInput(ctx, input.refresh)
    const held = backEnd.token(token) ?? ctx.throw(404, 'There is no such token')
    const refreshToken = held.grant.refreshToken ?? ctx.throw(400, 'It has no refresh token')
    await actions.run('Refresh token', () => refresh(backEnd, held, refreshToken))
  })

  router.post('/calls', ...asked, async (ctx) => {
    const { token, method, path, body } = readInput(ctx, input.call)
    const { client, accessToken } = backEnd.token(token) ?? ctx.throw(404, 'There is no such token')
    const url = new URL(path, servers.api)
    if (url.origin !== servers.api) ctx.throw(400, 'path: It leads away from the API')
    if (method === 'GET' && body !== undefined) ctx.throw(400, 'body: GET has none')
    await actions.run(`${method} ${withoutSecrets(url.pathname)}`, async () => {
      await client.access(url.href, accessToken, method, body)
    })
  })

  router.post('/breaks/:name', ...asked, async (ctx) => {
    readInput(ctx, input.nothing)
    const { title, play } = breaks.get(ctx.params.name!) ?? ctx.throw(404, 'There is no such break')
    await actions.run(title, () => play(backEnd, clients))
  })

  router.post('/authorization-server', ...asked, async (ctx) => {
    const { on } = readInput(ctx, input.authorizationServer)
    await actions.run(`Authorization server ${on ? 'on' : 'off'}`, async () => {
      await (on ? authorizationServer.turnOn() : authorizationServer.turnOff())
      recorder.condition(authorizationServer.condition)
      recorder.note(on ? turnedOn : turnedOff)
    })
  })

  router.post('/authorization-server/rotate', ...asked, async (ctx) => {
    readInput(ctx, input.nothing)
    await actions.run('New signing key', async () => {
      await authorizationServer.rotateKeys()
      recorder.condition(authorizationServer.condition)
      recorder.note(rotated)
    })
  })

  return router
}

const turnedOn = 'The authorization server is on again, with all sessions, grants and tokens.'

const turnedOff =
  'The authorization server is off: it issues no tokens. JWTs go on working, as the API keeps the keys; an ' +
  'opaque token works until the API has to ask again, and then gets 503: nobody can tell whether it is good.'

const rotated =
  'The authorization server signs with a new key, and still publishes the old ones: the tokens that there are ' +
  'go on working, and the API fetches the keys again when it sees one that it does not know.'
