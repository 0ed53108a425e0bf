import { format, inspect } from 'node:util'
import Koa from 'koa'
import { resourceServer, type ResourceServerOptions } from 'koa-resource-server'
import { readChallenges } from '../challenges.ts'
import { type Answer, type Fields, inProcess } from '../in-process.ts'
import { audience, issuer, privateClaim } from './issuer.ts'

export interface Api {
  /** @throws {Error} The answer, or what is logged of it, is none that may ever be. */
  send(fields: Fields, method?: string): Promise<Answer & { readonly error: string | undefined }>
  present(token: string): ReturnType<Api['send']>
}

/** What is secret besides the tokens. */
export const clientSecret = 'client-secret-5b1e8a'

/**
 * An application behind `resourceServer` that reports errors as Koa does by itself; whatever is
 * answered and reported is checked for what holds of any request.
 */
export function protect(
  options: Partial<ResourceServerOptions> & Pick<ResourceServerOptions, 'tokens'>,
  ...guards: readonly Koa.Middleware<any>[]
): Api {
  const app = new Koa()
  const leaks: string[] = []
  app.on('error', (error: Error & { status?: number }, ctx: Koa.Context) => {
    const lines = logged(() => app.onerror(error))
    const report = [...lines, inspect(error, { depth: 9 })].join('\n')
    const found = secretIn(report, secretsOf(ctx.req.rawHeaders))
    if (found !== undefined) leaks.push(`${found} is logged: ${report}`)
    if (error.status !== 503 && lines.length > 0) leaks.push(`a refusal is logged: ${report}`)
  })
  app.use(resourceServer({ audience, ...options }))
  for (const guard of guards) app.use(guard)
  app.use((ctx) => {
    ctx.body = 'through'
  })
  const request = inProcess(app)

  const api: Api = {
    async send(fields, method) {
      const answer = await request(fields, method)
      const [leak] = [...leaks.splice(0), ...strayLines.splice(0)]
      checkAnswer(answer, secretsOf(fields))
      if (leak !== undefined) throw new Error(leak)
      return {
        ...answer,
        error: /error="([^"]*)"/.exec(answer.headers['www-authenticate'] ?? '')?.[1],
      }
    },
    present: (token) => api.send(['Authorization', `Bearer ${token}`]),
  }
  return api
}

/** What is written to the console by anyone but Koa. */
const strayLines: string[] = []
let lines = strayLines
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
  console[method] = (...args: readonly unknown[]) => lines.push(format(...args))
}

/** What is written to the console meanwhile; Koa writes there at once. */
function logged(report: () => void): readonly string[] {
  const own: string[] = []
  lines = own
  report()
  lines = strayLines
  return own
}

/** Credentials and the parts of them that matter; short ones may stand anywhere by chance. */
export function secretsOf(fields: Fields): readonly string[] {
  const tokens = fields
    .filter((_, i) => fields[i - 1]?.toLowerCase() === 'authorization' && i % 2 === 1)
    .map((field) => field.replace(/^\S* */, ''))
  const parts = tokens.concat(tokens.flatMap((token) => token.split('.').slice(1)))
  const beginnings = tokens
    .filter((token) => !token.includes('.'))
    .map((token) => token.slice(0, 24))
  const basic = Buffer.from(`api:${clientSecret}`).toString('base64')
  return [...parts, ...beginnings]
    .filter(({ length }) => length >= 16)
    .concat(privateClaim, clientSecret, basic)
}

function secretIn(text: string, secrets: readonly string[]): string | undefined {
  return secrets.find((secret) => text.includes(secret))
}

const statuses = new Set([200, 400, 401, 403, 503])
const printable = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/
const forms: Readonly<Record<string, RegExp>> = {
  error: printable,
  error_description: printable,
  scope: /^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/,
  error_uri: /^[\x21\x23-\x5B\x5D-\x7E]+$/,
}

/** @throws {Error} The answer has not what every answer must have. (RFC 6750 §3) */
export function checkAnswer({ status, headers, body }: Answer, secrets: readonly string[]): void {
  const fail = (what: string): never => {
    throw new Error(`${what}: ${inspect({ status, headers, body })}`)
  }
  if (!statuses.has(status)) fail('a status that never is')
  const text = `${JSON.stringify(headers)}\n${body}`
  const found = secretIn(text, secrets)
  if (found !== undefined) fail(`${found} is answered`)
  if (text.includes(new URL(issuer).host)) fail('an address that is none of the client’s concern')
  if (/\n\s+at |node:internal|\.ts:\d|\.js:\d/.test(text)) fail('a stack trace')

  const field = headers['www-authenticate']
  if ((field === undefined) !== (status === 200 || status === 503)) fail('a challenge in its place')
  if (status !== 200 && headers['cache-control'] !== 'no-store') fail('may be stored')
  if (status === 503 && !/^[1-9]\d*$/.test(headers['retry-after'] ?? '')) fail('no Retry-After')
  for (const { scheme, parameters } of readChallenges(field ?? '')) {
    const known = scheme === 'Bearer' || scheme === 'DPoP'
    if (!known || Object.keys(parameters).length === 0) fail('a bare challenge')
    for (const [name, value] of Object.entries(parameters)) {
      if (!(forms[name] ?? printable).test(value)) fail(`characters of ${name}`)
    }
  }
}
