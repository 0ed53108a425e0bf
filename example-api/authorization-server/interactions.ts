import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import type { Middleware } from 'koa'
import { errors, type InteractionResults, type Provider } from 'oidc-provider'
import { accounts, secondFactor } from '../registration.ts'
import { consentPage, errorPage, logInPage } from './pages.ts'
import { styleSource } from './style.ts'

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
        ? logInPage(client, needsCode(interaction))
        : consentPage(
            client,
            accounts.find(({ subject }) => subject === interaction.session?.accountId)!.username,
            askedFor(interaction),
          )
  })

  router.post('/:uid', bodyParser({ enableTypes: ['form'] }), async (ctx) => {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res)
    const form = new URLSearchParams(ctx.request.rawBody)
    const result =
      interaction.prompt.name === 'login'
        ? logIn(interaction, form)
        : await decide(provider, interaction, form)
    if (result === undefined) {
      const client = await clientName(provider, interaction)
      ctx.status = 400
      const username = form.get('username') ?? ''
      ctx.body = logInPage(client, needsCode(interaction), username, wrongPassword)
      return
    }
    ctx.status = 303
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  })

  return router
}

const wrongPassword = 'There is no such username with this password, or the code is wrong.'

/** Whether the client asks for a second factor. (RFC 9470 §4) */
function needsCode({ params }: Interaction): boolean {
  const { acr_values: wanted } = params as { acr_values?: string }
  return wanted?.split(' ').includes(secondFactor) ?? false
}

function logIn(interaction: Interaction, form: URLSearchParams): InteractionResults | undefined {
  const account = accounts.find(
    ({ username, password }) =>
      username === form.get('username') && password === form.get('password'),
  )
  const needed = needsCode(interaction)
  const wrong = needed && account?.oneTimeCode !== form.get('code')
  if (account === undefined || wrong) return undefined
  return { login: { accountId: account.subject, ...(needed && { acr: secondFactor }) } }
}

async function decide(
  provider: Provider,
  { prompt, params, session, grantId }: Interaction,
  form: URLSearchParams,
): Promise<InteractionResults> {
  if (form.get('decision') !== 'allow') {
    return { error: 'access_denied', error_description: 'The resource owner denied the request' }
  }
  // Who is asked again keeps what they have granted before.
  const before = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const accountId = session!.accountId
  const grant = before ?? new provider.Grant({ accountId, clientId: params['client_id'] as string })
  const { missingOIDCScope = [], missingResourceScopes = {}, rar = [] } = prompt.details as Missing
  for (const detail of rar) grant.addRar(detail)
  grant.addOIDCScope(missingOIDCScope)
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes)
  }
  return { consent: { grantId: await grant.save() } }
}

interface Missing {
  readonly missingOIDCScope?: string[]
  readonly missingResourceScopes?: Readonly<Record<string, string[]>>
  /** Authorization details that the client asks for. (RFC 9396) */
  readonly rar?: readonly { readonly type: string }[]
}

/** What has not been granted yet; all there is, if it all has been, and is asked for again. */
function askedFor({ prompt, params }: Interaction): string[] {
  const { missingOIDCScope = [], missingResourceScopes = {}, rar = [] } = prompt.details as Missing
  const details = rar.map((detail) => JSON.stringify(detail))
  const missing = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat(), ...details]
  return missing.length > 0 ? missing : String(params['scope']).split(' ')
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
    'Content-Security-Policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; frame-ancestors 'none'`,
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
