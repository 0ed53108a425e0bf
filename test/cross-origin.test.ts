import cors from '@koa/cors'
import test from 'ava'
import Koa from 'koa'
import { jwt, resourceServer } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { dpopKey } from 'koa-resource-server/testing'
import { audience, issuing, listen } from './kit.ts'

const origin = 'https://app.example.com'
const safelisted = new Set(['cache-control', 'content-language', 'content-length', 'content-type'])

interface Seen {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
}

/** Does what a browser does with the request of a script of another origin. (Fetch §3.3, §4.9) */
async function fromScript(url: string, headers: Record<string, string>): Promise<Seen> {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': names.toSorted().join(','),
    },
  })
  const listed = (response: Response, name: string): string[] =>
    (response.headers.get(name) ?? '')
      .toLowerCase()
      .split(',')
      .map((one) => one.trim())
  const isAllowed = (response: Response): boolean =>
    [origin, '*'].includes(response.headers.get('Access-Control-Allow-Origin') ?? '')
  const allowed = listed(preflight, 'Access-Control-Allow-Headers')
  if (!preflight.ok || !isAllowed(preflight) || !names.every((name) => allowed.includes(name))) {
    throw new TypeError('the preflight forbids it')
  }
  const response = await fetch(url, { headers: { ...headers, Origin: origin } })
  if (!isAllowed(response)) throw new TypeError('the answer forbids it')
  const exposed = new Set(listed(response, 'Access-Control-Expose-Headers'))
  const shown = [...response.headers].filter(([name]) => safelisted.has(name) || exposed.has(name))
  return { status: response.status, headers: new Map(shown) }
}

test('RS-157 §7.1, §8: a script of another origin gets along with DPoP, behind the usual CORS middleware', async (t) => {
  const as = await issuing(t)
  const secret = 'a secret of thirty-two characters'
  const tokens = jwt({ issuer: as.issuer })
  const app = new Koa()
  app.use(cors({ exposeHeaders: ['WWW-Authenticate', 'DPoP-Nonce', 'X-Total'] }))
  app.use(resourceServer({ audience, tokens, confirmation: dpop({ nonce: { secret } }) }))
  app.use((ctx) => {
    ctx.set('X-Total', '3')
    ctx.body = 'orders'
  })
  const url = await listen(t, app)
  const key = await dpopKey()
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  const send = async (nonce?: string): Promise<Seen> => {
    const proof = await key.proof({ url: `${audience}/`, token, nonce })
    return fromScript(url, { Authorization: `DPoP ${token}`, DPoP: proof })
  }
  const first = await send()
  t.is(first.status, 401)
  t.regex(first.headers.get('www-authenticate') ?? '', /DPoP .*error="use_dpop_nonce"/)
  const second = await send(first.headers.get('dpop-nonce'))
  t.is(second.status, 200)
  t.is(second.headers.get('x-total'), '3')
})

test('RS-30, RS-157: without CORS middleware a script of another origin gets nowhere', async (t) => {
  const as = await issuing(t)
  const app = new Koa()
  app.use(resourceServer({ audience, tokens: jwt({ issuer: as.issuer }) }))
  const url = await listen(t, app)
  await t.throwsAsync(fromScript(url, { Authorization: 'Bearer a' }), { instanceOf: TypeError })
})
