import { generateKeyPairSync, randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'
import { jwt, memoryStore } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { sha256, thumbprintOf } from '../../src/signatures/thumbprint.ts'
import { signCompact } from '../sign-compact.ts'
import { protect } from './api.ts'
import { audience, goodClaims, issue, issuer, jwks } from './issuer.ts'
import { mutation } from './mutations.ts'
import { expectStatus, property } from './property.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = pair.publicKey.export({ format: 'jwk' }) as Record<string, unknown>
const secret = pair.privateKey.export({ format: 'jwk' })['d']
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jkt = thumbprintOf(jwk)
const token = issue({ ...goodClaims(), cnf: { jkt } })
const algorithms = ['ES256', 'ES384', 'PS256', 'Ed25519', 'EdDSA']

const api = protect({
  tokens: jwt({ issuer, jwks }),
  confirmation: dpop({
    algorithms,
    maxProofsPerKey: 1e9,
    replay: memoryStore({ maxEntries: 1e8, maxSize: 1e12 }),
  }),
})

/** A proof, and what is to be said of it. */
interface Case {
  readonly proof: string
  readonly method: string
  /** `undefined`: whatever jose agrees to. */
  readonly good: boolean | undefined
}

type Members = Record<string, unknown>

function prove(claims: Members, header: Members, method: string, key = pair.privateKey): string {
  const all = {
    jti: randomUUID(),
    htm: method,
    htu: `${audience}/`,
    iat: Math.floor(Date.now() / 1000),
    ath: sha256(token),
    ...claims,
  }
  return signCompact({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header }, all, key, 'ES256')
}

const method = fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD')
const value = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant(undefined))

const good = method.map((method): Case => ({ proof: prove({}, {}, method), method, good: true }))

const mutants = fc.tuple(mutation, method).map(([change, method]): Case => {
  const proof = prove({}, {}, method)
  const changed = change(proof)
  return { proof: changed, method, good: changed === proof ? true : undefined }
})

const ofClaims = fc
  .tuple(
    fc.constantFrom('jti', 'htm', 'htu', 'iat', 'ath', 'nonce', 'exp', 'nbf', '__proto__'),
    fc.oneof(value, fc.constantFrom('GET', `${audience}/`, 'a'.repeat(3000), 0, 1e300, Date.now())),
    method,
  )
  .map(([name, changed, method]): Case => ({
    proof: prove(Object.fromEntries([[name, changed]]), {}, method),
    method,
    good: undefined,
  }))

const ofHeader = fc
  .tuple(
    fc.constantFrom('typ', 'alg', 'jwk', 'crit', 'b64', 'kid', 'x5c', '__proto__'),
    fc.oneof(
      value,
      fc.constantFrom('none', 'HS256', 'ES256', 'JWT', 'dpop+jwt', 'application/dpop+jwt'),
    ),
    method,
  )
  .map(([name, changed, method]): Case => ({
    proof: prove({}, Object.fromEntries([[name, changed]]), method),
    method,
    good: undefined,
  }))

const ofKey = fc
  .tuple(
    fc.constantFrom('kty', 'crv', 'x', 'y', 'd', 'k', 'alg', 'use', 'key_ops', 'n', 'e'),
    fc.oneof(value, fc.constantFrom(secret, 'P-384', 'RSA', 'ES256', 'sig', 'enc', 'AQAB')),
    method,
    fc.boolean(),
  )
  .map(([name, changed, method, foreign]): Case => ({
    proof: prove(
      {},
      { jwk: { ...jwk, [name]: changed } },
      method,
      foreign ? other.privateKey : pair.privateKey,
    ),
    method,
    good: foreign ? false : undefined,
  }))

const ofUrl = fc
  .tuple(
    fc.constantFrom('https://', 'HTTPS://', 'http://', '//', 'https:/', 'https:\\\\', ''),
    fc.constantFrom('', 'a@', '@'),
    fc.constantFrom(
      'api.example.com',
      'API.example.com',
      'api.example.com.',
      'example.com',
      '[::1]',
    ),
    fc.constantFrom('', ':443', ':', ':0443', ':80', ':8443'),
    fc.oneof(fc.constantFrom('', '/', '//', '/.', '/a/..', '/%2e', '/a', '\\'), fc.string()),
    fc.oneof(fc.constantFrom('', '?a', '#b', '?a#b', '??'), fc.string()),
  )
  .map((parts): Case => ({
    proof: prove({ htu: parts.join('') }, {}, 'GET'),
    method: 'GET',
    good: undefined,
  }))

/** Judges it by ourselves and by jose: a proof that passes here passes there, and passes once. */
export const proofs = property(
  'a DPoP proof passes only if jose agrees to all of it, and never twice',
  0.08,
  [200, 401],
  fc.oneof(
    { weight: 1, arbitrary: good },
    { weight: 5, arbitrary: mutants },
    { weight: 2, arbitrary: ofClaims },
    { weight: 2, arbitrary: ofHeader },
    { weight: 2, arbitrary: ofKey },
    { weight: 3, arbitrary: ofUrl },
  ),
  async ({ proof, method, good }) => {
    const fields = ['Authorization', `DPoP ${token}`, 'DPoP', proof]
    const { status } = await api.send(fields, method)
    const told = good === undefined ? [200, 401] : [good ? 200 : 401]
    expectStatus(status, told, show(proof))
    if (status === 200) {
      await expectGood(proof, method)
      expectStatus((await api.send(fields, method)).status, [401], `again: ${show(proof)}`)
    }
    return status
  },
)

/** @throws {Error} jose, or the letter of RFC 9449 §4.3, finds something wrong. */
async function expectGood(proof: string, method: string): Promise<void> {
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    algorithms,
    typ: 'dpop+jwt',
    maxTokenAge: 70,
    clockTolerance: 10,
  })
  const url = new URL(String(payload['htu']))
  const isGood =
    payload['htm'] === method &&
    url.origin === audience &&
    url.username === '' &&
    url.pathname === '/' &&
    payload['ath'] === sha256(token) &&
    typeof payload.jti === 'string' &&
    (await calculateJwkThumbprint(protectedHeader.jwk!)) === jkt &&
    !Object.hasOwn(protectedHeader.jwk!, 'd')
  if (!isGood) throw new Error(`admitted: ${show(proof)}`)
}

function show(proof: string): string {
  return proof
    .split('.')
    .slice(0, 2)
    .map((part) => Buffer.from(part, 'base64url').toString())
    .join('.')
}
