import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import type { Middleware } from 'koa'
import { errors, type InteractionResults, type Provider } from 'oidc-provider'
import { accounts } from '../registration.ts'
import { consentPage, errorPage, logInPage } from './pages.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** Where the authorization server asks the resource owner to log in, and then to consent. (RFC 6749 §3.1) */
export function interactions(provider: Provider): Router {
  const router = new Router({ prefix: '/interaction' })
  router.use(safely)

  router.get('/:uid', async (ctx) => {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res)
    const client = await clientName(provider, interaction)
    ctx.body =
      interaction.prompt.name === 'login'
        ? logInPage(client)
        : consentPage(
            client,
            accounts.find(({ subject }) => subject === interaction.session?.accountId)!.username,
            missingScopes(interaction),
          )
  })

  router.post('/:uid', bodyParser({ enableTypes: ['form'] }), async (ctx) => {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res)
    const form = new URLSearchParams(ctx.request.rawBody)
    const result =
      interaction.prompt.name === 'login' ? logIn(form) : await decide(provider, interaction, form)
    if (result === undefined) {
      const client = await clientName(provider, interaction)
      ctx.status = 400
      ctx.body = logInPage(client, form.get('username') ?? '', wrongPassword)
      return
    }
    ctx.status = 303
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  })

  return router
}

const wrongPassword = 'There is no such username with this password.'

function logIn(form: URLSearchParams): InteractionResults | undefined {
  const account = accounts.find(
    ({ username, password }) =>
      username === form.get('username') && password === form.get('password'),
  )
  return account && { login: { accountId: account.subject } }
}

async function decide(
  provider: Provider,
  { prompt, params, session }: Interaction,
  form: URLSearchParams,
): Promise<InteractionResults> {
  if (form.get('decision') !== 'allow') {
    return { error: 'access_denied', error_description: 'The resource owner denied the request' }
  }
  const grant = new provider.Grant({
    accountId: session!.accountId,
    clientId: params['client_id'] as string,
  })
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as MissingScopes
  grant.addOIDCScope(missingOIDCScope)
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes)
  }
  return { consent: { grantId: await grant.save() } }
}

interface MissingScopes {
  readonly missingOIDCScope?: string[]
  readonly missingResourceScopes?: Readonly<Record<string, string[]>>
}

function missingScopes({ prompt }: Interaction): string[] {
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as MissingScopes
  return [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()]
}

/** What the client has registered as its name. */
async function clientName(provider: Provider, { params }: Interaction): Promise<string> {
  const id = params['client_id'] as string
  const client = await provider.Client.find(id)
  return client?.clientName ?? id
}

/** Keeps the pages out of caches and other sites' frames (RFC 9700 §4.16), and answers a lost cookie. */
const safely: Middleware = async (ctx, next) => {
  ctx.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
  })
  try {
    await next()
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error
    ctx.status = 400
    ctx.body = errorPage(
      error.error,
      'Go back to the client and start again: this page has expired.',
    )
  }
}
