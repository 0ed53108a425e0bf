import { generateKeyPairSync } from 'node:crypto'
import { Agent } from 'node:https'
import bodyParser from '@koa/bodyparser'
import test, { type ExecutionContext } from 'ava'
import Koa from 'koa'
import {
  bearerToken,
  clientSecretBasic,
  introspection,
  jwt,
  requireScope,
  resourceServer,
  type ResourceServerOptions,
} from 'koa-resource-server'
import { clientSecretJwt, privateKeyJwt } from 'koa-resource-server/client-assertion'
import { dpop } from 'koa-resource-server/dpop'
import { resourceMetadata } from 'koa-resource-server/metadata'
import { mtls } from 'koa-resource-server/mtls'
import { type AuthorizationServer, authorizationServer, dpopKey } from 'koa-resource-server/testing'
import { certificate } from './certificates.ts'
import { audience, issuing, listen, protect, type Send, sender } from './kit.ts'
import { ask, serveTls } from './mutual-tls.ts'

const as = await authorizationServer({ audience, issuer: 'https://fapi2.example.com' })
const { issuer, jwks } = as
const key = await dpopKey()
const cnf = { jkt: key.jkt }

type Options = Partial<ResourceServerOptions>

/** A resource server by the profile, for JWTs that live for at most ten minutes. */
function fapi2(options: Options = {}): ReturnType<typeof resourceServer> {
  const tokens = jwt({ issuer, jwks, maxLifetime: 600 })
  return resourceServer({ audience, tokens, confirmation: dpop(), ...options, profile: 'fapi2' })
}

async function serving(t: ExecutionContext, options: Options = {}): Promise<Send> {
  const app = new Koa()
  app.use(bodyParser()).use(fapi2(options))
  app.use((ctx) => (ctx.body = ctx.state['auth'].subject))
  return sender(await listen(t, app))
}

/** Presents a token with a proof. */
async function present(
  send: Send,
  token: string,
  { proof = key.proof, path = '/' }: { proof?: typeof key.proof; path?: string } = {},
): ReturnType<Send> {
  const url = `${audience}/`
  const headers = { Authorization: `DPoP ${token}`, DPoP: await proof({ url, token }) }
  return send(undefined, { headers, path })
}

test('RS-204 §5.3.4-1: tokens come in the Authorization header, and not in a form', async (t) => {
  const token = await as.accessToken({ cnf })
  const send = await serving(t)
  t.is((await present(send, token)).status, 200)
  const body = new URLSearchParams({ access_token: token })
  t.is((await send(undefined, { method: 'POST', body })).status, 401)
  t.throws(() => fapi2({ formBody: true }), { message: /§5\.3\.4, formBody must be left out/ })
})

test('RS-205 §5.3.4-2: a token in the query is none', async (t) => {
  const token = await as.accessToken({ cnf })
  const send = await serving(t)
  const { status, challenges } = await send(undefined, { path: `/?access_token=${token}` })
  t.is(status, 401)
  t.is(challenges[0]?.parameters['error'], undefined)
})

test('RS-206 §5.3.4-3: a JWT that nobody asks about is good for the short time that was agreed on', async (t) => {
  const now = Math.floor(Date.now() / 1000)
  const send = await serving(t)
  const lives = async (claims: object): Promise<number> =>
    (await present(send, await as.accessToken({ cnf, ...claims }))).status
  t.is(await lives({ iat: now, exp: now + 600 }), 200)
  t.is(await lives({ iat: now, exp: now + 601 }), 401)
  t.is(await lives({ iat: now - 500, exp: now + 200 }), 401)
  t.is(await lives({ iat: now - 700, exp: now - 100 }), 401)
  t.throws(() => fapi2({ tokens: jwt({ issuer, jwks }) }), {
    instanceOf: TypeError,
    message:
      'jwt(): by FAPI 2.0 §5.3.4, maxLifetime must be the short lifetime agreed on, unless introspection() asks about each token',
  })
})

test('RS-206: the lifetime is refused by its own reason, and counts from now on where there is no iat', async (t) => {
  const exp = Math.floor(Date.now() / 1000) + 300
  const tokens = (maxLifetime: number): ReturnType<typeof jwt> =>
    jwt({ issuer, jwks, maxLifetime, dialect: { requiredClaims: [] } })
  const { send, admitted } = await protect(t, { tokens: tokens(200) })
  const long = await as.accessToken({ exp, iat: undefined })
  const { status, bearer } = await send(long)
  t.is(status, 401)
  t.is(bearer?.['error_description'], 'The access token is good for longer than is accepted')
  t.is((await send(await as.accessToken({ exp: exp - 150, iat: undefined }))).status, 200)
  t.is(admitted.length, 1)
  const { send: longer } = await protect(t, { tokens: tokens(400) })
  t.is((await longer(long)).status, 200)
  for (const maxLifetime of [0, 86_401, '1h', -1]) {
    t.throws(() => jwt({ issuer, jwks, maxLifetime: maxLifetime as number }), {
      message: /maxLifetime/,
    })
  }
})

test('RS-206 §5.3.4-3: introspection tells what has been revoked, and old answers do not stand in', async (t) => {
  const server = await issuing(t)
  const clientAuth = clientSecretBasic('api', 'secret')
  const tokens = introspection({ issuer: server.issuer, clientAuth, maxAge: 0 })
  const send = await serving(t, { tokens })
  const token = server.opaqueToken({ cnf })
  t.is((await present(send, token)).status, 200)
  server.revoke(token)
  t.is((await present(send, token)).status, 401)
  const stale = introspection({ issuer, clientAuth, maxStale: 60 })
  t.throws(() => fapi2({ tokens: stale }), { message: /§5\.3\.4, maxStale must be left out/ })
  t.notThrows(() => fapi2({ tokens: introspection({ issuer, clientAuth, maxStale: 0 }) }))
})

test('RS-207 §5.3.4-4: a token that is not enough gets the errors of RFC 6750 §3.1', async (t) => {
  const app = new Koa()
  app.use(fapi2()).use(requireScope('payments'))
  app.use((ctx) => (ctx.body = 'paid'))
  const send = sender(await listen(t, app))
  const { status, challenges } = await present(send, await as.accessToken({ cnf, scope: 'orders' }))
  t.is(status, 403)
  t.like(challenges[0]?.parameters, { error: 'insufficient_scope', scope: 'payments' })
  t.is((await present(send, await as.accessToken({ cnf, scope: 'payments' }))).status, 200)
})

test('RS-208 §5.3.4-5: tokens are bound to a key, by DPoP', async (t) => {
  const send = await serving(t)
  t.is((await present(send, await as.accessToken({ cnf }))).status, 200)
  t.is((await send(await as.accessToken())).status, 401)
  t.is((await present(send, await as.accessToken())).status, 401)
  const thief = await dpopKey()
  t.is((await present(send, await as.accessToken({ cnf }), { proof: thief.proof })).status, 401)
})

test('RS-208 §5.3.4-5: or to a certificate', async (t) => {
  const client = certificate()
  const token = await as.accessToken({ cnf: { 'x5t#S256': client.thumbprint } })
  const app = new Koa()
  app.use(fapi2({ confirmation: [dpop(), mtls()] })).use((ctx) => (ctx.body = 'through'))
  const server = await serveTls(t, app)
  const { key: clientKey, cert } = client
  t.is((await ask(server, token, { key: clientKey, cert })).status, 200)
  t.is((await ask(server, token)).status, 401)
})

test('RS-208 §5.3.4-5: a resource server that takes others is not made', (t) => {
  t.throws(() => fapi2({ confirmation: undefined as never }), { message: /confirmation must be/ })
  t.throws(() => fapi2({ senderConstrained: false }), {
    message: 'resourceServer(): by FAPI 2.0 §5.3.4, senderConstrained must be true',
  })
  t.notThrows(() => fapi2({ senderConstrained: true }))
})

const algorithms = ['PS256', 'ES256', 'Ed25519', 'EdDSA'] as const

for (const algorithm of [...algorithms, 'RS256', 'ES384', 'ES512'] as const) {
  const good = algorithms.some((one) => one === algorithm)
  test(`RS-209 §5.4.1-1: ${algorithm} of tokens and proofs is ${good ? 'taken' : 'refused'}`, async (t) => {
    const own = await authorizationServer({
      audience,
      algorithm,
      issuer: `https://${algorithm}.example.com`,
    })
    const tokens = [
      jwt({ issuer: own.issuer, jwks: own.jwks, maxLifetime: 600 }),
      jwt({ issuer, jwks, maxLifetime: 600 }),
    ]
    const send = await serving(t, { tokens })
    const expected = good ? 200 : 401
    const signed = await present(send, await own.accessToken({ cnf }))
    t.is(signed.status, expected)
    const signer = await dpopKey(algorithm)
    const token = await as.accessToken({ cnf: { jkt: signer.jkt } })
    const proven = await present(send, token, { proof: signer.proof })
    t.is(proven.status, expected)
    if (!good) {
      const errors = [signed, proven].map(({ challenges }) => challenges[0]?.parameters['error'])
      t.deepEqual(errors, ['invalid_token', 'invalid_dpop_proof'])
    }
  })
}

test('RS-209 §5.4.1-1: options that take other algorithms are refused, and fewer may be given', (t) => {
  const clientAuth = clientSecretBasic('api', 'secret')
  const wrong = ['ES256', 'RS256']
  const list =
    /§5\.4\.1, algorithms must be an array with PS256 or ES256 or Ed25519 or EdDSA in each place/
  const all: readonly Options[] = [
    { tokens: jwt({ issuer, jwks, maxLifetime: 60, algorithms: wrong }) },
    { tokens: jwt({ issuer, jwks, maxLifetime: 60, dialect: { algorithms: ['RS256'] } }) },
    { confirmation: dpop({ algorithms: wrong }) },
    { tokens: introspection({ issuer, clientAuth, signed: { algorithms: wrong } }) },
  ]
  for (const options of all) {
    t.throws(() => fapi2(options), { instanceOf: TypeError, message: list })
  }
  const algorithms = ['ES256']
  t.notThrows(() =>
    fapi2({
      tokens: [
        jwt({ issuer, jwks, maxLifetime: 60, algorithms }),
        introspection({ issuer, clientAuth, signed: { algorithms } }),
      ],
      confirmation: dpop({ algorithms }),
    }),
  )
})

test('RS-209 §5.4.1-1: nor does this resource server sign with others', (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const options = { audience: issuer }
  const asking = (clientAuth: ReturnType<typeof clientSecretBasic>) => () =>
    fapi2({ tokens: introspection({ issuer, clientAuth }) })
  const bad = [
    privateKeyJwt('api', rsa, { ...options, algorithm: 'RS256' }),
    clientSecretJwt('api', 'a secret of thirty-two characters', options),
  ]
  for (const clientAuth of bad) {
    t.throws(asking(clientAuth), { message: /§5\.4\.1, clientAuth must/ })
  }
  t.notThrows(asking(privateKeyJwt('api', rsa, { ...options, algorithm: 'PS256' })))
  t.notThrows(asking(clientSecretBasic('api', 'secret')))
  t.notThrows(asking(bearerToken('api', 'token')))
})

test('RS-209 §5.4.1-1: what is said in challenges and metadata is what is taken', async (t) => {
  const send = await serving(t, { metadata: resourceMetadata({ resource: audience }) })
  const { challenges } = await send()
  t.deepEqual(
    challenges.map(({ scheme }) => scheme),
    ['DPoP'],
  )
  t.is(challenges[0]?.parameters['algs'], algorithms.join(' '))
  const path = '/.well-known/oauth-protected-resource'
  t.like(JSON.parse((await send(undefined, { path })).body), {
    dpop_signing_alg_values_supported: [...algorithms],
    dpop_bound_access_tokens_required: true,
  })
})

test('RS-209 §5.4.1-1: an unsigned token is refused', async (t) => {
  const send = await serving(t)
  const [, claims] = (await as.accessToken({ cnf })).split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
  t.is((await present(send, `${header}.${claims}.`)).status, 401)
})

test('RS-210 §5.4.1-2, §5.4.1-3: short RSA keys and small curves verify nothing', async (t) => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  const curve = generateKeyPairSync('ec', { namedCurve: 'secp192k1' }).publicKey
  const weak = [
    { ...small.export({ format: 'jwk' }), alg: 'PS256' },
    { kty: 'EC', crv: 'P-192', x: 'AAAA', y: 'AAAA' },
    {
      kty: 'EC',
      crv: 'secp192k1',
      x: curve.export({ type: 'spki', format: 'der' }).toString('base64url'),
      y: 'AA',
    },
  ]
  for (const jwk of weak) {
    t.throws(
      () => jwt({ issuer, jwks: { keys: [jwk] }, maxLifetime: 60 }),
      { message: /usable/ },
      JSON.stringify(jwk),
    )
  }
  const proofs = await dpopKey('PS256')
  const publicJwk = small.export({ format: 'jwk' })
  const send = await serving(t)
  const token = await as.accessToken({ cnf: { jkt: proofs.jkt } })
  const short: typeof proofs.proof = (of) => proofs.proof(of, {}, { jwk: publicJwk })
  const { challenges } = await present(send, token, { proof: short })
  t.is(challenges[0]?.parameters['error'], 'invalid_dpop_proof')
})

test('RS-211 §5.4.3: of two keys with one kid, the one that fits the algorithm verifies', async (t) => {
  const kid = 'the-same'
  const own: AuthorizationServer[] = []
  const issuer = 'https://one-kid.example.com'
  for (const algorithm of ['ES256', 'PS256'] as const) {
    own.push(await authorizationServer({ audience, issuer, algorithm }))
  }
  const keys = own.flatMap(({ jwks }) => jwks.keys.map((jwk) => ({ ...jwk, kid })))
  const tokens = jwt({ issuer, jwks: { keys }, maxLifetime: 600 })
  const send = await serving(t, { tokens })
  for (const each of own) {
    t.is((await present(send, await each.accessToken({ cnf }, { kid }))).status, 200)
  }
})

test('RS-212 §6: a proof passes once, and with a nonce where one is asked for', async (t) => {
  const token = await as.accessToken({ cnf })
  const send = await serving(t)
  const once = await key.proof({ url: `${audience}/`, token })
  t.is((await present(send, token, { proof: async () => once })).status, 200)
  t.is((await present(send, token, { proof: async () => once })).status, 401)

  const asking = await serving(t, { confirmation: dpop({ nonce: {} }) })
  const first = await present(asking, token)
  t.is(first.challenges[0]?.parameters['error'], 'use_dpop_nonce')
  const nonce = first.headers.get('DPoP-Nonce') ?? undefined
  const proof: typeof key.proof = (of) => key.proof({ ...of, nonce })
  t.is((await present(asking, token, { proof })).status, 200)
  const insecure = dpop({ insecureReplayFallback: true })
  t.throws(() => fapi2({ confirmation: insecure }), {
    message: /^dpop\(\): by FAPI 2\.0 §6, insecureReplayFallback must be left out/,
  })
})

test('RS-213: what contradicts the profile is a TypeError that names the option and the section', (t) => {
  const plain = { accepts: () => true, verify: async () => t.fail() }
  const method = { member: 'jkt', confirm: async () => undefined }
  const wrong: readonly [Options, RegExp][] = [
    [{ insecureHttp: true }, /^resourceServer\(\): by FAPI 2\.0 §5\.2\.1, insecureHttp/],
    [{ clockTolerance: 0 }, /FAPI 2\.0 §5\.3\.2\.1, clockTolerance must be .* from 10 to 60/],
    [{ confirmation: dpop({ clockTolerance: 61 }) }, /^dpop\(\): .*clockTolerance/],
    [{ tokens: plain }, /FAPI 2\.0 §5\.3\.4, tokens must be one that keeps to profiles/],
    [{ tokens: [jwt({ issuer, jwks, maxLifetime: 60 }), plain] }, /tokens must/],
    [{ confirmation: [mtls(), method] }, /FAPI 2\.0 §5\.3\.4, confirmation must/],
  ]
  for (const [options, message] of wrong) {
    t.throws(() => fapi2(options), { instanceOf: TypeError, message }, String(message))
  }
  for (const profile of ['fapi1', 'toString', '', true]) {
    const tokens = jwt({ issuer, jwks })
    t.throws(() => resourceServer({ audience, tokens, profile: profile as 'fapi2' }), {
      message: /profile must be one of fapi2/,
    })
  }
})

test('RS-213: connections to authorization servers check certificates', (t) => {
  const clientAuth = clientSecretBasic('api', 'secret')
  const using = (agent: Agent): readonly Options[] => [
    { tokens: jwt({ issuer, jwks, maxLifetime: 60, agent }) },
    { tokens: introspection({ issuer, clientAuth, agent }) },
  ]
  for (const options of using(new Agent({ rejectUnauthorized: false }))) {
    t.throws(() => fapi2(options), { message: /§5\.2\.1, agent must be one that checks/ })
  }
  for (const options of using(new Agent())) t.notThrows(() => fapi2(options))
})

test('RS-213: a verifier keeps to the profile there alone, and its issuer is asked once', async (t) => {
  const server = await issuing(t)
  const tokens = jwt({ issuer: server.issuer, maxLifetime: 600 })
  const protect = fapi2({ tokens })
  await protect.ready()
  t.deepEqual(server.requests, ['GET /.well-known/oauth-authorization-server', 'GET /jwks'])
  t.notThrows(() => resourceServer({ audience, tokens }))
})
