import Koa from 'koa'
import { jwt, resourceServer } from 'koa-resource-server'
import { authorizationServer } from 'koa-resource-server/testing'
import { readToken } from '../../src/protocol/jwt.ts'
import { inProcess, type Request } from '../in-process.ts'
import type { Jwk } from './wycheproof.ts'

const audience = 'https://api.example.com'
const as = await authorizationServer({ audience, issuer: 'https://wycheproof.example.com' })

/** Claims with which a token is good, if its signature is. */
export const { claims } = readToken(await as.accessToken()).jwt!

const apis = new WeakMap<readonly Jwk[], Request>()

/** Presents a token to an API whose issuer publishes these keys and a good one; resolves to the status. */
export async function present(keys: readonly Jwk[], token: string): Promise<number> {
  const api = apis.get(keys) ?? makeApi(keys)
  apis.set(keys, api)
  const { status } = await api(['Authorization', `Bearer ${token}`])
  return status
}

function makeApi(keys: readonly Jwk[]): Request {
  const app = new Koa()
  app.silent = true
  const jwks = { keys: [...keys, ...as.jwks.keys] }
  app.use(resourceServer({ audience, tokens: jwt({ issuer: as.issuer, jwks }) }))
  app.use((ctx) => (ctx.body = 'through'))
  return inProcess(app)
}
