import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import test from 'ava'
import { exportJWK, SignJWT } from 'jose'
import {
  AuthorizationServerUnavailable,
  clientSecretBasic,
  type Dialect,
  introspection,
  jwt,
  requireScope,
} from 'koa-resource-server'
import { authorizationServer } from 'koa-resource-server/testing'
import { audience, issuing, protect } from './kit.ts'

const as = await authorizationServer({ audience, issuer: 'https://rfc9068.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const now = Math.floor(Date.now() / 1000)

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test('RS-66 §4: typ is at+jwt, with or without application/, in whatever case', async (t) => {
  const { send } = await protect(t, { tokens })
  for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT', 'Application/AT+jwt']) {
    t.is((await send(await as.accessToken({}, { typ }))).status, 200, typ)
  }
  for (const typ of [
    undefined,
    'JWT',
    'jwt',
    'dpop+jwt',
    'logout+jwt',
    'text/at+jwt',
    'at+jwt ',
    '',
    7,
  ]) {
    const { status, bearer } = await send(await as.accessToken({}, { typ }))
    t.is(status, 401, String(typ))
    t.is(bearer?.['error'], 'invalid_token', String(typ))
  }
})

test('RS-69 §4: the issuer is compared exactly, to the last slash', async (t) => {
  const slash = await authorizationServer({ audience, issuer: 'https://slash.example.com/tenant/' })
  const { send } = await protect(t, { tokens: jwt({ issuer: slash.issuer, jwks: slash.jwks }) })
  t.is((await send(await slash.accessToken())).status, 200)
  const others = [
    'https://slash.example.com/tenant',
    'https://slash.example.com/Tenant/',
    'HTTPS://slash.example.com/tenant/',
    'https://slash.example.com:443/tenant/',
    'https://slash.example.com/tenant/x',
    ['https://slash.example.com/tenant/'],
    ['https://evil.example.com', 'https://slash.example.com/tenant/'],
    undefined,
    '',
  ]
  for (const iss of others) {
    const { status, bearer } = await send(await slash.accessToken({ iss }))
    t.is(status, 401, JSON.stringify(iss))
    t.is(bearer?.['error'], 'invalid_token')
  }
})

test('RS-70 §4: aud has to contain an identifier of this resource server', async (t) => {
  const { send } = await protect(t, { tokens, audience: [audience, 'urn:orders'] })
  const good = [audience, 'urn:orders', [audience], ['https://other.example.com', audience]]
  for (const aud of good) {
    t.is((await send(await as.accessToken({ aud }))).status, 200, JSON.stringify(aud))
  }
  const bad = [
    'https://other.example.com',
    `${audience}/`,
    `${audience}/orders`,
    audience.toUpperCase(),
    `x ${audience}`,
    [],
    [[audience]],
    { [audience]: true },
    true,
    '',
    undefined,
  ]
  for (const aud of bad) {
    const { status, bearer } = await send(await as.accessToken({ aud }))
    t.is(status, 401, JSON.stringify(aud))
    t.is(bearer?.['error'], 'invalid_token')
  }
})

test('RS-71 §4: a signature by any other key is refused, and so is none', async (t) => {
  const { send } = await protect(t, { tokens })
  const [header = '', claims = '', signature = ''] = (await as.accessToken()).split('.')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = as.jwks.keys[0]?.kid
  const forged = await new SignJWT(JSON.parse(Buffer.from(claims, 'base64url').toString()))
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: kid!, jwk: await exportJWK(publicKey) })
    .sign(privateKey)
  const none = (alg: string): string => `${encode({ alg, typ: 'at+jwt', kid })}.${claims}.`
  const publicPem = JSON.stringify(as.jwks.keys[0])
  const hmacInput = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${claims}`
  const refused = {
    'another key, brought along': forged,
    'claims changed': `${header}.${encode({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), scope: 'admin' })}.${signature}`,
    'no signature': `${header}.${claims}.`,
    'signature cut': `${header}.${claims}.${signature.slice(0, -2)}`,
    'zeros for a signature': `${header}.${claims}.${Buffer.alloc(64).toString('base64url')}`,
    none: none('none'),
    'none with a signature': `${none('none')}${signature}`,
    nOnE: `${none('nOnE')}${signature}`,
    'HMAC keyed with the public key': `${hmacInput}.${createHmac('sha256', publicPem).update(hmacInput).digest('base64url')}`,
  }
  for (const [title, token] of Object.entries(refused)) {
    const { status, bearer } = await send(token)
    t.is(status, 401, title)
    t.is(bearer?.['error'], 'invalid_token', title)
  }
})

test('RS-71 §4: a key of one issuer verifies no token of another, even under the same kid', async (t) => {
  const one = await authorizationServer({ audience, issuer: 'https://one.example.com' })
  const two = await authorizationServer({ audience, issuer: 'https://two.example.com' })
  const { send, admitted } = await protect(t, {
    tokens: [
      jwt({ issuer: one.issuer, jwks: one.jwks }),
      jwt({ issuer: two.issuer, jwks: two.jwks }),
    ],
  })
  t.is((await send(await one.accessToken())).status, 200)
  t.is((await send(await two.accessToken())).status, 200)
  t.deepEqual(
    admitted.map((auth) => auth?.issuer),
    [one.issuer, two.issuer],
  )
  const kid = two.jwks.keys[0]?.kid
  for (const header of [{}, { kid }, { kid: undefined }]) {
    t.is((await send(await one.accessToken({ iss: two.issuer }, header))).status, 401)
  }
})

for (const algorithm of [
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
] as const) {
  test(`RS-72 §2.1: tokens signed with ${algorithm} are accepted`, async (t) => {
    const signer = await authorizationServer({ audience, algorithm, issuer: as.issuer })
    const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer, jwks: signer.jwks }) })
    t.is((await send(await signer.accessToken())).status, 200)
    const other = algorithm === 'ES256' ? 'RS256' : 'ES256'
    const strict = jwt({ issuer: as.issuer, jwks: signer.jwks, algorithms: [other] })
    const { send: sendStrict } = await protect(t, { tokens: strict })
    t.is((await sendStrict(await signer.accessToken())).status, 401, 'unless it is off the list')
  })
}

test('RS-73 §4: a token is good until exp, give or take the clock tolerance', async (t) => {
  const time = (): number => Math.floor(Date.now() / 1000)
  const exact = await protect(t, { tokens, clockTolerance: 0 })
  t.is((await exact.send(await as.accessToken({ exp: time() - 1 }))).status, 401)
  t.is((await exact.send(await as.accessToken({ exp: time() + 60 }))).status, 200)
  const tolerant = await protect(t, { tokens })
  t.is((await tolerant.send(await as.accessToken({ exp: time() - 3 }))).status, 200)
  t.is((await tolerant.send(await as.accessToken({ exp: time() - 11 }))).status, 401)
})

test('RS-74 §2.2: each of the seven claims has to be there', async (t) => {
  const { send } = await protect(t, { tokens })
  for (const claim of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']) {
    const { status, bearer } = await send(await as.accessToken({ [claim]: undefined }))
    t.is(status, 401, claim)
    t.is(bearer?.['error'], 'invalid_token', claim)
  }
})

test('RS-74, RS-75 §2.2, §4: claims of the wrong type make a token invalid, never an error of ours', async (t) => {
  const { send, errors } = await protect(t, { tokens })
  const junk = [null, true, 7, '', 'x', [], ['x'], {}, { sub: 'x' }]
  const allowed: Record<string, unknown[]> = {
    sub: ['x'],
    client_id: ['x'],
    jti: ['x'],
    exp: [],
    iat: [7],
    nbf: [7],
    auth_time: [7],
    scope: ['', 'x'],
    acr: ['', 'x'],
    amr: [[], ['x']],
    username: ['', 'x'],
    act: [{}, { sub: 'x' }],
  }
  for (const [claim, good] of Object.entries(allowed)) {
    for (const value of junk) {
      const expected = good.some((one) => JSON.stringify(one) === JSON.stringify(value)) ? 200 : 401
      const title = `${claim}: ${JSON.stringify(value)}`
      t.is((await send(await as.accessToken({ [claim]: value }))).status, expected, title)
    }
  }
  t.deepEqual(
    errors.filter(({ name }) => name !== 'InvalidToken'),
    [],
  )
})

test('RS-75 §4: numbers that overflow are no dates', async (t) => {
  const { send } = await protect(t, { tokens })
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = { keys: [await exportJWK(publicKey)] }
  const signed = await protect(t, { tokens: jwt({ issuer: as.issuer, jwks }) })
  const token = (exp: string): string => {
    const claims = `{"iss":"${as.issuer}","aud":"${audience}","sub":"a","client_id":"b","iat":1,"jti":"c","exp":${exp}}`
    const input = `${encode({ alg: 'RS256', typ: 'at+jwt' })}.${Buffer.from(claims).toString('base64url')}`
    return `${input}.${createSign('sha256').update(input).sign(privateKey).toString('base64url')}`
  }
  t.is((await signed.send(token(String(now + 60)))).status, 200)
  t.is((await signed.send(token(`${now + 60}.5`))).status, 200)
  for (const exp of ['1e400', '-1e400', '"9999999999"', `${now + 60},"exp":1`, '0', '-1']) {
    t.is((await signed.send(token(exp))).status, 401, exp)
  }
  t.is((await send(token('9999999999'))).status, 401, 'and the key still counts')
})

test('RS-60, RS-61: nbf and iat may lie ahead by the clock tolerance, not more', async (t) => {
  const { send } = await protect(t, { tokens })
  for (const claim of ['nbf', 'iat']) {
    t.is((await send(await as.accessToken({ [claim]: now + 5 }))).status, 200, claim)
    t.is((await send(await as.accessToken({ [claim]: now + 61 }))).status, 401, claim)
  }
})

test('RS-76 §2.2.3: scope is a string of scope tokens between spaces, and decides', async (t) => {
  const { send, admitted } = await protect(t, { tokens }, requireScope('orders:read'))
  for (const scope of ['orders:read', 'a orders:read', 'orders:read  a']) {
    t.is((await send(await as.accessToken({ scope }))).status, 200, scope)
  }
  t.deepEqual([...(admitted[1]?.scopes ?? [])], ['a', 'orders:read'])
  for (const scope of [
    undefined,
    '',
    'orders',
    'orders:read2',
    'xorders:read',
    'ORDERS:READ',
    'orders:read,a',
  ]) {
    const { status, bearer } = await send(await as.accessToken({ scope }))
    t.is(status, 403, scope)
    t.is(bearer?.['error'], 'insufficient_scope')
  }
  t.is(
    (await send(await as.accessToken({ scope: ['orders:read'] }))).status,
    401,
    'an array is malformed',
  )
})

test('RS-77 §2.2.3.1: roles, groups and entitlements reach the application as they were sent', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const claims = { roles: ['editor'], groups: ['g 1'], entitlements: [{ value: 'e' }] }
  t.is((await send(await as.accessToken(claims))).status, 200)
  t.like(admitted[0]?.claims, claims)
})

test('RS-66 §4: typ alone makes no access token: the claims and the signature count as well', async (t) => {
  const { send } = await protect(t, { tokens })
  const idToken = { client_id: undefined, jti: undefined, nonce: 'n', azp: 'client-1' }
  t.is((await send(await as.accessToken(idToken))).status, 401)
  const [header, claims] = (await as.accessToken()).split('.')
  t.is((await send(`${header}.${claims}.${encode('signature')}`)).status, 401)
})

test('RS-78 §2.2.1: auth_time, acr and amr have the right types where they are there', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const good = { auth_time: now - 60, acr: 'urn:mace:incommon:iap:silver', amr: ['pwd', 'otp'] }
  t.is((await send(await as.accessToken(good))).status, 200)
  t.like(admitted[0]?.claims, good)
  const bad = [
    { auth_time: '1' },
    { auth_time: null },
    { auth_time: [now] },
    { acr: 2 },
    { acr: ['silver'] },
    { acr: null },
    { amr: 'pwd' },
    { amr: ['pwd', 7] },
    { amr: { 0: 'pwd' } },
    { amr: null },
  ]
  for (const claims of bad) {
    const { status, bearer } = await send(await as.accessToken({ ...good, ...claims }))
    t.is(status, 401, JSON.stringify(claims))
    t.is(bearer?.['error'], 'invalid_token', JSON.stringify(claims))
  }
})

test('RS-79 §4: under another scheme than Bearer the same holds for the token', async (t) => {
  const confirmed: string[] = []
  const { send, admitted } = await protect(t, {
    tokens,
    confirmation: {
      member: 'jkt',
      scheme: 'DPoP',
      confirm: async (_, __, thumbprint) => void confirmed.push(thumbprint),
    },
  })
  const cnf = { jkt: 'thumbprint' }
  const present = async (scheme: string, claims: object, header?: object) => {
    const token = await as.accessToken(claims, header)
    return send(undefined, { headers: { Authorization: `${scheme} ${token}` } })
  }
  for (const scheme of ['DPoP', 'dpop']) t.is((await present(scheme, { cnf })).status, 200)
  t.deepEqual(confirmed, ['thumbprint', 'thumbprint'])
  t.is(admitted[0]?.subject, 'resource-owner-1')
  const refused: readonly (readonly [scheme: string, claims: object, header?: object])[] = [
    ['DPoP', { cnf, exp: now - 60 }],
    ['DPoP', { cnf, aud: 'https://other.example.com' }],
    ['DPoP', { cnf, iss: 'https://other.example.com' }],
    ['DPoP', { cnf, sub: undefined }],
    ['DPoP', { cnf }, { typ: 'JWT' }],
    ['DPoP', { cnf }, { kid: 'unknown' }],
    ['DPoP', {}],
    ['Bearer', { cnf }],
  ]
  for (const [scheme, claims, header] of refused) {
    const { status, challenges } = await present(scheme, claims, header)
    const title = `${scheme} ${JSON.stringify([claims, header])}`
    t.is(status, 401, title)
    const told = challenges.filter(({ parameters }) => parameters['error'] === 'invalid_token')
    t.deepEqual(
      told.map((challenge) => challenge.scheme),
      [scheme],
      title,
    )
  }
  t.is(confirmed.length, 2, 'nobody proves anything about a token that is refused anyway')
})

test('RS-80 §2.2: what a dialect relaxes is named one by one, and the rest stays', async (t) => {
  const claims = {
    client_id: undefined,
    jti: undefined,
    azp: 'client-1',
    scp: 'a b',
    upn: 'alice@x',
  }
  const strict = await protect(t, { tokens })
  t.is((await strict.send(await as.accessToken(claims))).status, 401)
  const dialect = {
    requiredClaims: ['iss', 'exp', 'aud', 'sub', 'iat'],
    clientId: ['client_id', 'azp'],
    scope: ['scope', 'scp'],
    username: ['upn'],
  }
  const { send, admitted } = await protect(t, {
    tokens: jwt({ issuer: as.issuer, jwks: as.jwks, dialect }),
  })
  t.is((await send(await as.accessToken(claims))).status, 200)
  t.is(admitted[0]?.client?.id, 'client-1')
  t.deepEqual([...(admitted[0]?.scopes ?? [])], ['a', 'b'])
  t.is(admitted[0]?.resourceOwner?.username, 'alice@x')
  for (const claim of ['iss', 'exp', 'aud', 'sub', 'iat']) {
    const { status } = await send(await as.accessToken({ ...claims, [claim]: undefined }))
    t.is(status, 401, claim)
  }
  const others = [{ aud: 'https://other.example.com' }, { exp: now - 60 }, { jti: 7 }, { scope: 7 }]
  for (const other of others) {
    t.is((await send(await as.accessToken({ ...claims, ...other }))).status, 401)
  }
  t.is((await send(await as.accessToken(claims, { typ: 'JWT' }))).status, 401)
})

test('RS-77 §2.2.3.1: roles, groups and entitlements are there to decide by, as a string or an array', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const claims = { roles: ['approver', 'buyer'], groups: 'sales', entitlements: ['orders', 5, ''] }
  t.is((await send(await as.accessToken(claims))).status, 200)
  t.is((await send(await as.accessToken())).status, 200)
  const [some, none] = admitted
  t.deepEqual([...some!.roles], ['approver', 'buyer'])
  t.deepEqual([...some!.groups], ['sales'])
  t.deepEqual([...some!.entitlements], ['orders'])
  t.deepEqual([some!.permissions.size, some!.elsewhere.size], [0, 0])
  for (const names of [none!.roles, none!.groups, none!.entitlements]) t.is(names.size, 0)
  t.throws(() => (some!.roles as Set<string>).add('admin'), { instanceOf: TypeError })
})

test('RS-77 §2.2.3.1: groups that the token says are to be had elsewhere are not known', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const claims = { _claim_names: { groups: 'src1', email: 'src1' }, roles: ['buyer'] }
  t.is((await send(await as.accessToken(claims))).status, 200)
  t.deepEqual([...admitted[0]!.elsewhere], ['groups'])
  t.is(admitted[0]!.groups.size, 0)
})

test('RS-80 §2.2: a verifier lists what it takes that the profile refuses', (t) => {
  const { issuer, jwks } = as
  t.deepEqual(tokens.relaxations, [])
  const dialect: Partial<Dialect> = {
    types: ['at+jwt', 'jwt', undefined],
    requiredClaims: ['sub'],
    jwtClaims: [['iat'], ['azp', 'cid']],
    clientId: ['client_id', 'azp'],
    scope: ['scope', 'scp'],
    owner: ['sub', 'upn'],
    tolerates: ['sub is a number'],
    waives: ['nonce'],
    audienceFrom: { azp: ['client-1'] },
  }
  t.deepEqual(jwt({ issuer, jwks, dialect }).relaxations, [
    'typ may be jwt',
    'typ may be missing',
    'aud may be missing',
    'client_id may be missing',
    'jti may be missing',
    'azp may stand in for aud',
    'client_id may be read from azp',
    'scope may be read from scp',
    'the resource owner may be read from upn',
    'sub is a number',
    'nonce may be there',
  ])
  const clientAuth = clientSecretBasic('api', 'secret')
  t.deepEqual(introspection({ issuer, clientAuth }).relaxations, [])
  const optional = introspection({ issuer, clientAuth, audienceOptional: true })
  t.deepEqual(optional.relaxations, ['aud may be missing'])
})

test('RS-80 §2.2: the kinds, the forms and the values of what a dialect has are checked at once', (t) => {
  const { issuer, jwks } = as
  const wrong: readonly object[] = [
    { types: 'jwt' },
    { types: [null] },
    { algorithms: ['HS256'] },
    { kind: { token_use: 'access' } },
    { kind: ['access'] },
    { waives: ['exp'] },
    { tolerates: ['anything'] },
    { audienceFrom: { azp: 'x' } },
    { issuerForm: 'any' },
    { clientId: 'azp' },
    { jwtClaims: ['iat'] },
    { ignoreAudience: true },
  ]
  for (const dialect of wrong) {
    const [name = ''] = Object.keys(dialect)
    t.throws(() => jwt({ issuer, jwks, dialect }), {
      instanceOf: TypeError,
      message: new RegExp(`jwt, dialect.*${name}`),
    })
  }
  for (const machineClients of ['client-1', [5], {}, null]) {
    t.throws(() => jwt({ issuer, jwks, machineClients } as never), { message: /machineClients/ })
  }
})

test('a token is verified by a key of the set even where it names none', async (t) => {
  const { send } = await protect(t, { tokens })
  t.is((await send(await as.accessToken({}, { kid: undefined }))).status, 200)
  t.is((await send(await as.accessToken({}, { kid: 'unknown' }))).status, 401)
  t.is((await send(await as.accessToken({}, { kid: 7 }))).status, 401)
})

test('keys are found by discovery, fetched once, and used for many tokens', async (t) => {
  const live = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: live.issuer }) })
  const sent = Array.from({ length: 20 }, async () => send(await live.accessToken()))
  t.deepEqual([...new Set((await Promise.all(sent)).map(({ status }) => status))], [200])
  t.deepEqual(live.requests, ['GET /.well-known/oauth-authorization-server', 'GET /jwks'])
})

test('keys are fetched from a given jwks_uri, without discovery', async (t) => {
  const live = await issuing(t)
  const { send } = await protect(t, {
    tokens: jwt({ issuer: live.issuer, jwksUri: `${live.issuer}/jwks` }),
  })
  t.is((await send(await live.accessToken())).status, 200)
  t.deepEqual(live.requests, ['GET /jwks'])
})

test('nothing is fetched for a token that cannot be good', async (t) => {
  const live = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: live.issuer, algorithms: ['ES256'] }) })
  const hopeless = [
    await live.accessToken({ exp: 1 }),
    await live.accessToken({ aud: 'https://other.example.com' }),
    await live.accessToken({ iss: 'https://other.example.com' }),
    await live.accessToken({ sub: undefined }),
    await live.accessToken({}, { typ: 'JWT' }),
    `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode({ iss: live.issuer })}.AAAA`,
    `${encode({ alg: 'ES256', typ: 'at+jwt', crit: ['b64'], b64: false })}.${encode({ iss: live.issuer })}.AAAA`,
    'opaque',
    'a.b.c',
    'a.b.c.d.e',
  ]
  for (const token of hopeless) t.is((await send(token)).status, 401)
  t.deepEqual(live.requests, [])
})

test('a rotated key is accepted at its first token, the old one no longer', async (t) => {
  const live = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: live.issuer, coolDown: 0.05 }) })
  const old = await live.accessToken()
  t.is((await send(old)).status, 200)
  await live.rotateKeys()
  t.is((await send(await live.accessToken())).status, 200)
  t.is((await send(old)).status, 401)
})

test('the reason of a refusal is there for the operator, and names what was expected', async (t) => {
  const refusals: unknown[] = []
  const verifier = jwt({ issuer: as.issuer, jwks: as.jwks, algorithms: ['RS256'] })
  const app = await protect(t, {
    tokens: {
      accepts: (token) => verifier.accepts(token),
      async verify(token, check) {
        try {
          return await verifier.verify(token, check)
        } catch (error) {
          refusals.push(error)
          throw error
        }
      },
    },
  })
  await app.send(await as.accessToken())
  t.like(refusals[0], {
    name: 'InvalidToken',
    reason: 'algorithm',
    cause: '"alg" is "ES256", the option algorithms has RS256',
  })
  t.false(refusals[0] instanceof AuthorizationServerUnavailable)
})
