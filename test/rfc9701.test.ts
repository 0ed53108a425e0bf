import { generateKeyPairSync } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { exportJWK, SignJWT } from 'jose'
import nock from 'nock'
import {
  clientSecretBasic,
  introspection,
  type IntrospectionOptions,
  jwt,
} from 'koa-resource-server'
import { authorizationServer } from 'koa-resource-server/testing'
import { type Answer, type Api, audience, protect } from './kit.ts'

const clientAuth = clientSecretBasic('orders-api', 'secret')
const mediaType = 'application/token-introspection+jwt'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'signing' }] }
const said = { active: true, aud: audience, sub: 'alice', client_id: 'app', scope: 'orders:read' }

async function sign(claims: object = {}, header: object = {}, key = privateKey): Promise<string> {
  const defaults = { aud: 'orders-api', iat: Math.floor(Date.now() / 1000) }
  return new SignJWT(
    JSON.parse(JSON.stringify({ ...defaults, token_introspection: said, ...claims })),
  )
    .setProtectedHeader({ alg: 'ES256', typ: 'token-introspection+jwt', kid: 'signing', ...header })
    .sign(key)
}

interface Asking extends Api {
  readonly accepted: readonly string[]
}

/** An API whose authorization server answers each question with these, in turn. */
async function asking(
  t: ExecutionContext,
  host: string,
  answers: readonly (readonly [body: string, contentType?: string | undefined, status?: number])[],
  options: Partial<IntrospectionOptions> = {},
): Promise<Asking> {
  const issuer = `https://${host}.example.com`
  const accepted: string[] = []
  for (const [body, contentType = mediaType, status = 200] of answers) {
    nock(issuer)
      .post('/introspect')
      .reply(function () {
        accepted.push((this.req as unknown as { headers: { accept: string } }).headers.accept)
        return [status, body, { 'Content-Type': contentType }]
      })
  }
  const tokens = introspection({
    issuer,
    endpoint: `${issuer}/introspect`,
    clientAuth,
    signed: { jwks },
    ...options,
  })
  return { ...(await protect(t, { tokens })), accepted }
}

function isOutage(t: ExecutionContext, { status, headers }: Answer, title?: string): void {
  t.is(status, 503, title)
  t.truthy(headers.get('Retry-After'), title)
  t.is(headers.get('WWW-Authenticate'), null, title)
}

test('RS-115 §4: a signed answer is asked for by its media type', async (t) => {
  const iss = 'https://rs115.example.com'
  const { send, accepted, admitted } = await asking(t, 'rs115', [[await sign({ iss })]])
  t.is((await send('opaque')).status, 200)
  t.deepEqual(accepted, [mediaType])
  t.is(admitted[0]?.resourceOwner?.subject, 'alice')
})

test('RS-116 §5: media type and typ have to be token-introspection+jwt', async (t) => {
  const iss = 'https://rs116.example.com'
  const good = await sign({ iss })
  const wrong: [string, string, string?][] = [
    ['application/jwt', good, 'application/jwt'],
    ['application/json', good, 'application/json'],
    ['no media type', good, ''],
    ['no typ', await sign({ iss }, { typ: undefined })],
    ['at+jwt', await sign({ iss }, { typ: 'at+jwt' })],
    ['JWT', await sign({ iss }, { typ: 'JWT' })],
  ]
  const { send } = await asking(t, 'rs116', [
    ...wrong.map(([, body, contentType]) => [body, contentType] as const),
    [good, 'Application/Token-Introspection+JWT; charset=utf-8'],
    [await sign({ iss }, { typ: 'application/token-introspection+jwt' })],
  ])
  for (const [title] of wrong) isOutage(t, await send(title.replaceAll(/\W/g, '')), title)
  t.is((await send('a')).status, 200)
  t.is((await send('b')).status, 200)
})

test('RS-117 §5: iss is the issuer, aud this resource server, iat is there', async (t) => {
  const iss = 'https://rs117.example.com'
  const wrong: [string, object][] = [
    ['no iss', {}],
    ['another iss', { iss: 'https://other.example.com' }],
    ['an array for iss', { iss: [iss] }],
    ['no aud', { iss, aud: undefined }],
    ['another aud', { iss, aud: 'another-api' }],
    ['no iat', { iss, iat: undefined }],
    ['a string for iat', { iss, iat: '1' }],
  ]
  const answers = await Promise.all(wrong.map(async ([, claims]) => [await sign(claims)] as const))
  const { send } = await asking(t, 'rs117', [
    ...answers,
    [await sign({ iss, aud: ['another-api', 'orders-api'] })],
  ])
  for (const [title] of wrong) isOutage(t, await send(title.replaceAll(' ', '')), title)
  t.is((await send('good')).status, 200)
})

test('RS-118 §5: only what stands in token_introspection says anything of the token', async (t) => {
  const iss = 'https://rs118.example.com'
  const { send, admitted } = await asking(t, 'rs118', [
    [
      await sign({
        iss,
        active: true,
        sub: 'mallory',
        scope: 'admin',
        token_introspection: undefined,
      }),
    ],
    [await sign({ iss, active: true, sub: 'mallory', token_introspection: { active: false } })],
    [await sign({ iss, active: false, sub: 'mallory', scope: 'admin' })],
    [await sign({ iss, token_introspection: { ...said, active: 'true' } })],
    [await sign({ iss, token_introspection: { ...said, exp: '1' } })],
    [await sign({ iss, token_introspection: JSON.stringify(said) })],
  ])
  isOutage(t, await send('a'))
  t.is((await send('b')).status, 401)
  t.is((await send('c')).status, 200)
  t.is(admitted[0]?.subject, 'alice')
  t.deepEqual([...(admitted[0]?.scopes ?? [])], ['orders:read'])
  for (const token of ['d', 'e', 'f']) isOutage(t, await send(token), token)
})

test('RS-119 §5: the signature is the issuer’s, by an algorithm that is allowed', async (t) => {
  const iss = 'https://rs119.example.com'
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const good = await sign({ iss })
  const [, claims] = good.split('.')
  const none = Buffer.from('{"alg":"none","typ":"token-introspection+jwt"}').toString('base64url')
  const wrong = [
    await sign({ iss }, {}, other),
    await sign({ iss }, { kid: 'unknown' }),
    `${none}.${claims}.`,
    `${none}.${claims}.AAAA`,
    `${good.slice(0, -6)}AAAAAA`,
    `${good}.`,
    'a.b.c.d.e',
  ]
  const { send } = await asking(
    t,
    'rs119',
    wrong.map((body) => [body]),
  )
  for (const [i, body] of wrong.entries()) isOutage(t, await send(`token-${i}`), body)
  const strict = await asking(
    t,
    'rs119-strict',
    [[await sign({ iss: 'https://rs119-strict.example.com' })]],
    {
      signed: { jwks, algorithms: ['PS256'] },
    },
  )
  isOutage(t, await strict.send('a'))
})

test('RS-119 §5: the keys are found by discovery where none are given', async (t) => {
  const iss = 'https://rs119-discovery.example.com'
  nock(iss)
    .get('/.well-known/oauth-authorization-server')
    .reply(200, {
      issuer: iss,
      jwks_uri: `${iss}/keys`,
      introspection_endpoint: `${iss}/introspect`,
    })
  nock(iss).get('/keys').reply(200, jwks)
  nock(iss)
    .post('/introspect')
    .reply(200, await sign({ iss }), { 'Content-Type': mediaType })
  const tokens = introspection({ issuer: iss, clientAuth, signed: {} })
  const { send } = await protect(t, { tokens })
  t.is((await send('opaque')).status, 200)
})

test('RS-120 §8.1: such a JWT is no access token', async (t) => {
  const as = await authorizationServer({ audience, issuer: 'https://rs120.example.com' })
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer, jwks: as.jwks }) })
  t.is((await send(await as.accessToken())).status, 200)
  const answer = await as.accessToken(
    { token_introspection: said },
    { typ: 'token-introspection+jwt' },
  )
  t.is((await send(answer)).status, 401)
})

test('RS-121: where signed answers are configured a plain one is an outage, never a verdict', async (t) => {
  const { send } = await asking(t, 'rs121', [
    [JSON.stringify(said), 'application/json'],
    [JSON.stringify(said), mediaType],
    [JSON.stringify({ active: false }), 'application/json'],
    ['{"error":"unsupported_token_type"}', 'application/json', 400],
  ])
  for (const token of ['a', 'b', 'c', 'd']) isOutage(t, await send(token), token)
})

test('RS-121: the answer as it was signed can be kept as evidence, once it has been verified', async (t) => {
  const iss = 'https://rs121-retained.example.com'
  const retained: string[] = []
  const good = await sign({ iss })
  const { send } = await asking(t, 'rs121-retained', [[await sign({})], [good]], {
    signed: { jwks, retain: (answer) => retained.push(answer) },
  })
  isOutage(t, await send('opaque'))
  t.is((await send('opaque')).status, 200)
  t.is((await send('opaque')).status, 200, 'remembered')
  t.deepEqual(retained, [good])
})

test('signed answers need the issuer whose keys verify them', (t) => {
  const make = () => introspection({ endpoint: 'https://as.example.com/i', clientAuth, signed: {} })
  t.throws(make, { instanceOf: TypeError, message: /need the issuer/ })
})
