import { generateKeyPairSync } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { exportJWK, type JWK, jwtVerify } from 'jose'
import nock from 'nock'
import { bearerToken, type ClientAuth, introspection, tlsClientAuth } from 'koa-resource-server'
import { clientSecretJwt, privateKeyJwt } from 'koa-resource-server/client-assertion'
import { audience, protect } from './kit.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const secret = 'correct horse battery staple, and more of it'
const options = { audience: 'https://as.example.com' }

interface Question {
  readonly authorization: string | undefined
  readonly form: URLSearchParams
}

/** What reaches the endpoint when two tokens are asked about. */
async function questions(
  t: ExecutionContext,
  host: string,
  clientAuth: ClientAuth,
): Promise<[Question, Question]> {
  const asked: Question[] = []
  nock(`https://${host}.example.com`)
    .post('/introspect')
    .twice()
    .reply(function (_, body) {
      const { authorization } = (this.req as unknown as { headers: { authorization?: string } })
        .headers
      asked.push({ authorization, form: new URLSearchParams(body as string) })
      return [200, { active: true, aud: audience, sub: 'alice', client_id: 'app' }]
    })
  const endpoint = `https://${host}.example.com/introspect`
  const { send } = await protect(t, { tokens: introspection({ endpoint, clientAuth }) })
  t.is((await send('one')).status, 200)
  t.is((await send('two')).status, 200)
  return asked as [Question, Question]
}

const keys = {
  'a KeyObject': [privateKey, { ...options, algorithm: 'ES256', keyId: 'key-1' }],
  'a JWK': [
    { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', kid: 'key-1' } as JWK & {
      kty: string
    },
    options,
  ],
} as const
for (const [title, [key, keyOptions]] of Object.entries(keys)) {
  test(`RS-96 RFC 7523 §2.2: private_key_jwt, with ${title}, signs a fresh assertion for each call`, async (t) => {
    const host = `pkjwt-${title.at(-1)}`
    const asked = await questions(t, host, privateKeyJwt('orders-api', key, keyOptions))
    const seen = new Set<unknown>()
    for (const { form, authorization } of asked) {
      t.is(authorization, undefined)
      t.is(
        form.get('client_assertion_type'),
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      )
      t.is(form.get('client_id'), 'orders-api')
      t.is(form.get('client_secret'), null)
      const { payload, protectedHeader } = await jwtVerify(
        form.get('client_assertion')!,
        publicKey,
        {
          issuer: 'orders-api',
          subject: 'orders-api',
          audience: options.audience,
          maxTokenAge: 10,
        },
      )
      t.is(protectedHeader.kid, 'key-1')
      t.is(protectedHeader.alg, 'ES256')
      t.true(payload.exp! - payload.iat! <= 60)
      seen.add(payload.jti)
    }
    t.is(seen.size, 2)
  })
}

test('RS-96 RFC 7523 §2.2: client_secret_jwt keys a fresh assertion with the secret', async (t) => {
  const asked = await questions(
    t,
    'csjwt',
    clientSecretJwt('orders-api', secret, { ...options, lifetime: 5 }),
  )
  const ids = asked.map(async ({ form }) => {
    const key = new TextEncoder().encode(secret)
    const { payload, protectedHeader } = await jwtVerify(form.get('client_assertion')!, key)
    t.is(protectedHeader.alg, 'HS256')
    t.is(payload.exp! - payload.iat!, 5)
    t.false(form.toString().includes(secret))
    return payload.jti
  })
  t.is(new Set(await Promise.all(ids)).size, 2)
})

test('RS-96 RFC 7662 §2.1: a bearer token of our own, fixed or fetched for each call', async (t) => {
  const [fixed] = await questions(t, 'bearer-fixed', bearerToken('orders-api', 'our-token'))
  t.is(fixed.authorization, 'Bearer our-token')
  let calls = 0
  const current = bearerToken('orders-api', async () => `token-${(calls += 1)}`)
  const asked = await questions(t, 'bearer-current', current)
  t.deepEqual(
    asked.map(({ authorization }) => authorization),
    ['Bearer token-1', 'Bearer token-2'],
  )
})

test('RS-96 RFC 8705 §2: tls_client_auth tells whose certificate it is', async (t) => {
  const [{ form, authorization }] = await questions(t, 'mtls', tlsClientAuth('orders-api'))
  t.is(form.get('client_id'), 'orders-api')
  t.is(authorization, undefined)
})

test('keys, secrets and options that could not work are refused when they are given', async (t) => {
  const publicJwk = (await exportJWK(publicKey)) as { kty: string }
  const wrong: [() => ClientAuth, RegExp][] = [
    [() => privateKeyJwt('', privateKey, { ...options, algorithm: 'ES256' }), /client identifier/],
    [() => privateKeyJwt('a', privateKey, options), /algorithm/],
    [() => privateKeyJwt('a', privateKey, { ...options, algorithm: 'HS256' }), /algorithm/],
    [() => privateKeyJwt('a', privateKey, { ...options, algorithm: 'RS256' }), /RS256/],
    [() => privateKeyJwt('a', publicKey, { ...options, algorithm: 'ES256' }), /private key/],
    [() => privateKeyJwt('a', publicJwk, { ...options, algorithm: 'ES256' }), /private key/],
    [() => privateKeyJwt('a', { kty: 'EC' }, { ...options, algorithm: 'ES256' }), /private key/],
    [() => privateKeyJwt('a', privateKey, { algorithm: 'ES256' } as never), /audience/],
    [() => clientSecretJwt('a', '', options), /client secret/],
    [() => clientSecretJwt('a', 'short', options), /32 bytes/],
    [() => clientSecretJwt('a', secret, { ...options, algorithm: 'none' }), /algorithm/],
    [() => bearerToken('a', ''), /token/],
    [() => bearerToken('a', 7 as never), /token/],
    [() => tlsClientAuth(''), /client identifier/],
  ]
  for (const [make, message] of wrong) {
    const error = t.throws(make, { instanceOf: TypeError, message }, String(make))
    t.false(error?.message.includes(secret))
  }
})
