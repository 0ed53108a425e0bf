import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import Koa from 'koa'
import {
  type Authentication,
  type InvalidToken,
  resourceServer,
  type TokenVerifier,
} from 'koa-resource-server'
import { inProcess } from '../in-process.ts'
import { signCompact } from '../sign-compact.ts'

export type Json = Readonly<Record<string, unknown>>

/** What an authorization server issues, or says of a token, and how that is to be read. */
export interface Fixture {
  readonly id: string
  readonly vendor: string
  readonly kind: 'jwt' | 'introspection'
  readonly header?: Json
  readonly claims?: Json
  readonly response?: Json
  readonly expect: {
    readonly scopes: readonly string[]
    readonly subject: string | null
    readonly clientId: string | null
    readonly resourceOwner: string | null
    readonly actsFor: 'user' | 'client'
    readonly roles?: readonly string[]
    readonly permissions?: readonly string[]
  }
  readonly decidable: 'generic' | 'profile' | 'no'
}

const path = new URL('../vectors/vendor-tokens.json', import.meta.url)
export const fixtures = JSON.parse(await readFile(path, 'utf8')) as readonly Fixture[]

export function fixtureOf(id: string): Fixture {
  return fixtures.find((fixture) => fixture.id === id)!
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pairs: Readonly<Record<string, { privateKey: KeyObject; publicKey: KeyObject }>> = {
  RS256: rsa,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
}

/** The public keys, under the name that a token gives. */
export function jwksFor(kid: unknown, more: Json = {}): { readonly keys: readonly Json[] } {
  const keys = Object.values(pairs).map(({ publicKey }) => publicKey.export({ format: 'jwk' }))
  return { keys: keys.map((key) => Object.assign(key, { kid, use: 'sig' }, more)) }
}

/** Moves the instants of a fixture to now. */
export function timely(claims: Json): Json {
  const shift = Math.floor(Date.now() / 1000) - 1_790_000_000
  const moved = Object.entries(claims).map(([name, value]) => {
    if (!['iat', 'nbf', 'exp', 'auth_time'].includes(name)) return [name, value]
    return [name, typeof value === 'string' ? String(Number(value) + shift) : Number(value) + shift]
  })
  return Object.fromEntries(moved)
}

/** Signs a fixture, with changes: a member that is `undefined` goes. */
export function signed(
  { header, claims }: Fixture,
  changes: Json = {},
  headers: Json = {},
): string {
  const { alg: stated, ...rest } = { ...header, ...headers }
  const alg = String(stated) in pairs ? (stated as string) : 'RS256'
  const payload = { ...timely(claims ?? {}), ...changes }
  return signCompact({ ...rest, alg: stated }, payload, pairs[alg]!.privateKey, alg)
}

/** What became of a token. */
export type Outcome =
  | { readonly auth: Authentication; readonly refused?: undefined; readonly cause?: undefined }
  | { readonly auth?: undefined; readonly refused: string; readonly cause: string }

/** Presents a token to an API, in this process. */
export async function present(
  token: string,
  tokens: TokenVerifier | readonly TokenVerifier[],
  audience: string | readonly string[],
): Promise<Outcome> {
  const app = new Koa()
  let outcome: Outcome | undefined
  app.silent = true
  app.use(async (_, next) => {
    try {
      await next()
    } catch (error) {
      const { reason, name, cause } = error as InvalidToken
      outcome = { refused: reason ?? name, cause: String(cause) }
      throw error
    }
  })
  app.use(resourceServer({ audience, tokens }))
  app.use((ctx) => {
    outcome = { auth: ctx.state['auth'] as Authentication }
    ctx.body = 'good'
  })
  const { status } = await inProcess(app)(['Authorization', `Bearer ${token}`])
  if ((status === 200) !== (outcome?.auth !== undefined)) throw new Error(`answered ${status}`)
  return outcome!
}
