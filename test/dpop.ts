import {
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomUUID,
} from 'node:crypto'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ExecutionContext } from 'ava'
import { jwt, type ResourceServerOptions } from 'koa-resource-server'
import { dpop, type DpopOptions } from 'koa-resource-server/dpop'
import type { AuthorizationServer } from 'koa-resource-server/testing'
import { sha256, thumbprintOf } from '../src/signatures/thumbprint.ts'
import { type Challenge, readChallenges } from './challenges.ts'
import { audience, issuing, protect } from './kit.ts'
import { signCompact } from './sign-compact.ts'

/** A client's key pair. */
export interface ClientKey {
  readonly alg: string
  readonly jwk: Record<string, unknown>
  readonly privateKey: KeyObject
  readonly jkt: string
}

/** Makes a client's key pair. */
export function clientKey(alg = 'ES256'): ClientKey {
  const pair = pairOf(alg)
  const jwk = pair.publicKey.export({ format: 'jwk' }) as Record<string, unknown>
  return { alg, jwk, privateKey: pair.privateKey, jkt: thumbprintOf(jwk) }
}

function pairOf(alg: string): KeyPairKeyObjectResult {
  if (alg.startsWith('Ed')) return generateKeyPairSync('ed25519')
  const namedCurve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg]
  return namedCurve === undefined
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve })
}

/** What differs from a good request. */
export interface Presented {
  /** Claims of the proof; one that is `undefined` is left out. */
  readonly claims?: Record<string, unknown>
  /** Header parameters of the proof; one that is `undefined` is left out. */
  readonly header?: Record<string, unknown>
  readonly key?: ClientKey
  readonly token?: string
  readonly scheme?: string
  readonly method?: string
  readonly path?: string
  /** `DPoP` fields in place of the proof. */
  readonly fields?: readonly string[]
  /** Further header fields. */
  readonly headers?: Record<string, string>
}

export interface DpopAnswer {
  readonly status: number
  readonly headers: Record<string, string | readonly string[] | undefined>
  readonly challenges: readonly Challenge[]
  /** The error of the DPoP challenge. */
  readonly error: string | undefined
}

export interface DpopApi {
  readonly as: AuthorizationServer
  readonly key: ClientKey
  /** A token bound to `key`. */
  readonly token: string
  readonly url: string
  /** Why requests were refused, in order. */
  readonly refusals: readonly (Error & { readonly reason?: string })[]
  /** Sends a request that is good but for what is said. */
  present(different?: Presented): Promise<DpopAnswer>
  /** The proof of such a request. */
  proof(different?: Presented): string
}

/** An API that takes DPoP-bound JWTs, and a client that has one. */
export async function dpopApi(
  t: ExecutionContext,
  options: DpopOptions = {},
  server: Partial<ResourceServerOptions> = {},
): Promise<DpopApi> {
  const as = await issuing(t)
  const key = clientKey()
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  const tokens = jwt({ issuer: as.issuer })
  const { url, errors: refusals } = await protect(t, {
    tokens,
    confirmation: dpop(options),
    ...server,
  })

  const proof = (different: Presented = {}): string => {
    const { claims, header, method = 'GET', path = '/' } = different
    const by = different.key ?? key
    return signCompact(
      withoutUndefined({ typ: 'dpop+jwt', alg: by.alg, jwk: by.jwk, ...header }),
      withoutUndefined({
        jti: randomUUID(),
        htm: method,
        htu: audience + path.replace(/[?#].*/, ''),
        iat: Math.floor(Date.now() / 1000),
        ath: sha256(different.token ?? token),
        ...claims,
      }),
      by.privateKey,
      by.alg,
    )
  }
  return {
    as,
    key,
    token,
    url,
    refusals,
    proof,
    async present(different = {}) {
      const { scheme = 'DPoP', method = 'GET', path = '/', headers = {} } = different
      const fields = different.fields ?? [proof(different)]
      const lines = [
        'Authorization',
        `${scheme} ${different.token ?? token}`,
        ...fields.flatMap((field) => ['DPoP', field]),
        ...Object.entries(headers).flat(),
      ]
      return send(url, method, path, lines)
    },
  }
}

/** Sends header lines as they are, repeated ones too. */
async function send(
  url: string,
  method: string,
  path: string,
  lines: readonly string[],
): Promise<DpopAnswer> {
  const { hostname, port, host } = new URL(url)
  const all = lines.some((line) => line.toLowerCase() === 'host') ? lines : ['Host', host, ...lines]
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path, headers: all as never }, (response) => {
      const field = response.headers['www-authenticate']
      const challenges = field === undefined ? [] : readChallenges(field)
      const error = challenges.find(({ scheme }) => scheme === 'DPoP')?.parameters['error']
      const { statusCode: status = 0, headers } = response
      text(response).then(() => resolve({ status, headers, challenges, error }), reject)
    })
      .on('error', reject)
      .end()
  })
}

function withoutUndefined(object: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
