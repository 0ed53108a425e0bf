import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  verify,
} from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { CompactEncrypt } from 'jose'
import nock from 'nock'
import {
  type InvalidToken,
  jwt,
  type JwtOptions,
  requireScope,
  resourceServer,
} from 'koa-resource-server'
import { authorizationServer } from 'koa-resource-server/testing'
import { type Api, audience, issuing, protect, serve } from './kit.ts'
import { encode, signCompact, signInput } from './sign-compact.ts'

type Jwk = Readonly<Record<string, unknown>>

const issuer = 'https://rfc8725.example.com'
const kid = 'key-1'
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed25519 = generateKeyPairSync('ed25519')
const jwk = (key: KeyObject, more: object = {}): Jwk => ({
  ...key.export({ format: 'jwk' }),
  ...more,
})
const published = jwk(p256.publicKey, { kid, alg: 'ES256', use: 'sig' })
const jwks = { keys: [published] }
const tokens = jwt({ issuer, jwks })

const now = Math.floor(Date.now() / 1000)
const claims = (more: object = {}): object => ({
  iss: issuer,
  sub: 'alice',
  client_id: 'client-1',
  aud: audience,
  iat: now,
  exp: now + 300,
  jti: 'a',
  ...more,
})
const header = (more: object = {}): object => ({ alg: 'ES256', typ: 'at+jwt', kid, ...more })

/** Signs with the published key whatever it is given. */
function signed(head: object | string = header(), payload: object | string = claims()): string {
  return signCompact(head, payload, p256.privateKey, 'ES256')
}

/** An object in JSON with a member of its own in front or at the end, which may be there twice then. */
const inFront = (member: string, object: object): string =>
  JSON.stringify(object).replace('{', `{${member},`)
const atEnd = (member: string, object: object): string =>
  JSON.stringify(object).replace(/\}$/, `,${member}}`)

async function isAdmitted(t: ExecutionContext, { send }: Api, token: string, title: string) {
  t.is((await send(token)).status, 200, title)
}

/** It is refused as the client's fault, for this reason if one is given. */
async function isRefused(
  t: ExecutionContext,
  { send, errors }: Api,
  token: string,
  title: string,
  reason?: InvalidToken['reason'],
) {
  const { status, bearer } = await send(token)
  t.is(status, 401, title)
  t.is(bearer?.['error'], 'invalid_token', title)
  const { name, reason: found } = errors.at(-1) as InvalidToken
  t.is(name, 'InvalidToken', title)
  if (reason !== undefined) t.is(found, reason, title)
}

/** An API for tokens by these keys; one that signs nothing here is among them. */
const decoy = jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, { kid: 'decoy' })
async function protectBy(
  t: ExecutionContext,
  keys: readonly Jwk[],
  options: Partial<JwtOptions> = {},
): Promise<Api> {
  return protect(t, { tokens: jwt({ issuer, jwks: { keys: [...keys, decoy] }, ...options }) })
}

// The form of a token

test('RS-32 §3.14: only the compact serialization is read, in the one spelling that base64url has', async (t) => {
  const api = await protect(t, { tokens })
  const good = signed()
  await isAdmitted(t, api, good, 'as it is')
  const [head, payload, signature] = good.split('.') as [string, string, string]
  const malformed = {
    'two parts': `${head}.${payload}`,
    'four parts': `${good}.${signature}`,
    'five parts': `${good}.${signature}.${signature}`,
    'an empty signature': `${head}.${payload}.`,
    'an empty payload': `${head}..${signature}`,
    'an empty header': `.${payload}.${signature}`,
    'a dot in front': `.${good}`,
    'a dot at the end': `${good}.`,
    'padding of the signature': `${good}==`,
    'a tilde': `${good}~`,
    'a plus in the payload': `${head}.+${payload}.${signature}`,
    'stray bits in the signature': `${head}.${payload}.${withStrayBits(signature)}`,
  }
  for (const [title, token] of Object.entries(malformed)) {
    await isRefused(t, api, token, title, 'malformed')
  }
  await isRefused(t, api, `${good}A`, 'a character too many', 'signature')
  for (const token of [`${head}.${payload}=.${signature}`, `${head} .${payload}.${signature}`]) {
    t.is((await api.send(token)).status, 400, 'no token68 at all')
  }
  const json = JSON.stringify({ protected: head, payload, signature })
  t.is((await api.send(json)).status, 400, 'JSON serialization')
})

test('RS-32 §3.14: nor does it help to sign another spelling', async (t) => {
  const api = await protect(t, { tokens })
  const head = encode(header())
  const other = (part: string): string => part.replaceAll('-', '+').replaceAll('_', '/')
  const slashed = encode(claims({ x: '???>>>\u00ff\u00ff' }))
  t.not(other(slashed), slashed)
  const spellings = {
    'the other alphabet': `${head}.${other(slashed)}`,
    'stray bits in the payload': `${head}.${withStrayBits(encode(unaligned(claims())))}`,
    'stray bits in the header': `${withStrayBits(encode(unaligned(header())))}.${encode(claims())}`,
  }
  for (const [title, input] of Object.entries(spellings)) {
    const token = signInput(input, p256.privateKey, 'ES256')
    await isRefused(t, api, token, title, 'malformed')
  }
  const good = signInput(`${head}.${slashed}`, p256.privateKey, 'ES256')
  await isAdmitted(t, api, good, 'in the alphabet for URLs')
})

/** JSON of a length whose base64url has unused bits at the end. */
function unaligned(object: object): string {
  const json = JSON.stringify(object)
  return json + ' '.repeat(json.length % 3 === 0 ? 1 : 0)
}

/** The same bytes with unused bits set, as no encoder writes them. */
function withStrayBits(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const stray = part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)!) + 1]!
  if (!Buffer.from(stray, 'base64url').equals(Buffer.from(part, 'base64url'))) {
    throw new Error('this part has no unused bits')
  }
  return stray
}

const text = (object: object): string => JSON.stringify(object)
const notJson: readonly (readonly [string, (object: object) => string | Buffer])[] = [
  ['nothing', () => ' '],
  ['an array', (object) => `[${text(object)}]`],
  ['null', () => 'null'],
  ['a string', (object) => JSON.stringify(text(object))],
  ['a number', () => '1'],
  ['true', () => 'true'],
  ['a byte order mark', (object) => `\uFEFF${text(object)}`],
  ['truncated', (object) => text(object).slice(0, -1)],
  ['a comma at the end', (object) => text(object).replace(/\}$/, ',}')],
  ['two objects', (object) => text(object) + text(object)],
  ['a NUL at the end', (object) => `${text(object)}\0`],
  ['a comment', (object) => `${text(object)}//`],
  ['single quotes', (object) => text(object).replaceAll('"', "'")],
  ['NaN', (object) => atEnd('"x":NaN', object)],
  ['UTF-16', (object) => Buffer.from(text(object), 'utf16le')],
  ['Latin-1', (object) => Buffer.from(text({ ...object, x: 'é' }), 'latin1')],
  ['an overlong form', (object) => bytesIn(object, [0xc1, 0xa1])],
  ['half a surrogate pair', (object) => bytesIn(object, [0xed, 0xa0, 0x80])],
]

/** JSON with these bytes in a string of it. */
function bytesIn(object: object, bytes: readonly number[]): Buffer {
  const [before = '', after = ''] = text({ ...object, x: '%' }).split('%')
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
}

test('RS-33 §3.7: header and claims are JSON objects in UTF-8', async (t) => {
  const api = await protect(t, { tokens })
  const sign = (head: string | Buffer, payload: string | Buffer): string =>
    signInput(
      `${Buffer.from(head).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`,
      p256.privateKey,
      'ES256',
    )
  for (const [title, make] of notJson) {
    const inClaims = sign(text(header()), make(claims()))
    await isRefused(t, api, inClaims, `${title} for claims`, 'malformed')
    const inHeader = sign(make(header()), text(claims()))
    await isRefused(t, api, inHeader, `${title} for a header`, 'malformed')
  }
  const spaced = ` \r\n${JSON.stringify(header(), null, '\t')}`
  const named = text(claims({ sub: 'Zoë €\u{1F600}' })).replace('Zo', String.raw`\u005ao`)
  await isAdmitted(t, api, sign(spaced, named), 'white space, escapes, any characters')
  t.is(api.admitted[0]?.subject, 'Zoë €\u{1F600}')
})

test('RS-34 RFC 7519 §4: of claims with the same name the last counts, for every purpose', async (t) => {
  const api = await protect(t, { tokens })
  const exp = now + 300
  const cases: readonly (readonly [boolean, string])[] = [
    [true, inFront('"exp":1', claims())],
    [false, atEnd('"exp":1', claims())],
    [true, inFront('"aud":"https://other.example.com"', claims())],
    [false, atEnd('"aud":"https://other.example.com"', claims())],
    [false, atEnd(`"aud":["${audience}x"]`, claims())],
    [true, inFront('"iss":"https://evil.example.com"', claims())],
    [false, atEnd('"iss":"https://evil.example.com"', claims())],
    [false, atEnd(String.raw`"\u0065xp":1`, claims())],
    [true, atEnd(String.raw`"\u0065xp":${exp}`, claims({ exp: 1 }))],
    [false, atEnd('"cnf":{"jkt":"x"}', claims())],
    [false, atEnd('"sub":null', claims())],
    [true, atEnd('"sub":"bob"', claims())],
  ]
  for (const [good, payload] of cases) {
    const token = signed(header(), payload)
    if (good) await isAdmitted(t, api, token, payload)
    else await isRefused(t, api, token, payload)
  }
  t.is(api.admitted.at(-1)?.subject, 'bob', 'the handler sees what was judged')
})

test('RS-34 RFC 7515 §4: of header parameters with the same name the last counts', async (t) => {
  const api = await protect(t, { tokens })
  const cases: readonly (readonly [boolean, string])[] = [
    [true, inFront('"alg":"none"', header())],
    [false, atEnd('"alg":"none"', header())],
    [false, atEnd('"alg":"HS256"', header())],
    [true, inFront('"typ":"JWT"', header())],
    [false, atEnd('"typ":"JWT"', header())],
    [true, inFront('"kid":"decoy"', header())],
    [false, atEnd('"kid":"decoy"', header())],
    [false, atEnd(String.raw`"\u0061lg":"none"`, header())],
  ]
  for (const [good, head] of cases) {
    if (good) await isAdmitted(t, api, signed(head), head)
    else await isRefused(t, api, signed(head), head)
  }
})

test('RS-35 RFC 7515 §4.1.11: a header with crit is refused, whatever it lists', async (t) => {
  const api = await protect(t, { tokens })
  const lists = [
    ['exp'],
    ['alg'],
    ['x'],
    ['b64'],
    [],
    [''],
    [7],
    [null],
    'exp',
    '',
    null,
    true,
    0,
    {},
  ]
  for (const crit of lists) {
    const token = signed(header({ crit, exp: now + 300, x: 1 }))
    await isRefused(t, api, token, JSON.stringify(crit), 'critical')
  }
  await isAdmitted(t, api, signed(header({ exp: 1, x: { crit: ['x'] } })), 'what is not critical')
})

test('RS-36 RFC 7797 §7: an unencoded payload is never accepted', async (t) => {
  const api = await protect(t, { tokens })
  for (const extension of [
    { crit: ['b64'], b64: false },
    { b64: false },
    { b64: 0 },
    { b64: null },
  ]) {
    await isRefused(t, api, signed(header(extension)), JSON.stringify(extension), 'critical')
  }
  const head = encode(header({ crit: ['b64'], b64: false }))
  const unencoded = signInput(`${head}.${text(claims())}`, p256.privateKey, 'ES256')
  t.is((await api.send(unencoded)).status, 400)
})

// Algorithms

test('RS-37 §3.1: nothing outside the list of algorithms is ever used', async (t) => {
  const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const ed448 = generateKeyPairSync('ed448')
  const keys = [
    published,
    jwk(secp256k1.publicKey, { kid: 'secp256k1' }),
    jwk(ed448.publicKey, { kid: 'ed448' }),
  ]
  const api = await protectBy(t, keys)
  const by = (key: KeyObject, alg: string, keyId: string, real: string): string =>
    signCompact(header({ alg, kid: keyId }), claims(), key, real)
  const others = {
    ES256K: by(secp256k1.privateKey, 'ES256K', 'secp256k1', 'ES256'),
    'ES256K, called ES256': by(secp256k1.privateKey, 'ES256', 'secp256k1', 'ES256'),
    Ed448: by(ed448.privateKey, 'Ed448', 'ed448', 'EdDSA'),
    'Ed448, called EdDSA': by(ed448.privateKey, 'EdDSA', 'ed448', 'EdDSA'),
    'Ed448, called Ed25519': by(ed448.privateKey, 'Ed25519', 'ed448', 'EdDSA'),
  }
  for (const [title, token] of Object.entries(others)) await isRefused(t, api, token, title)
  const names = [
    'RS1',
    'HS256',
    'dir',
    'RSA-OAEP',
    'ML-DSA-44',
    '',
    'toString',
    '__proto__',
    'ES256 ',
  ]
  for (const alg of [...names, undefined, null, 7, true, ['ES256'], { ES256: 1 }]) {
    await isRefused(t, api, signed(header({ alg })), JSON.stringify(alg) ?? '', 'algorithm')
  }
  await isAdmitted(t, api, signed(), 'a good one')
})

test('RS-37 §3.1: the list of algorithms has asymmetric ones, at least one, spelled right', (t) => {
  const wrong = [
    [],
    ['none'],
    ['HS256'],
    ['ES256', 'HS512'],
    ['es256'],
    ['toString'],
    [''],
    [7],
    'ES256',
    {},
  ]
  for (const algorithms of [...wrong, null] as string[][]) {
    t.throws(() => jwt({ issuer, jwks, algorithms }), {
      instanceOf: TypeError,
      message: /algorithms must be an array of one or more of RS256/,
    })
  }
})

test('RS-38 §3.1: the list can differ from issuer to issuer', async (t) => {
  const one = await authorizationServer({ audience, issuer: 'https://rs38-one.example.com' })
  const two = await authorizationServer({
    audience,
    issuer: 'https://rs38-two.example.com',
    algorithm: 'EdDSA',
  })
  const keys = { keys: [...one.jwks.keys, ...two.jwks.keys] }
  const api = await protect(t, {
    tokens: [
      jwt({ issuer: one.issuer, jwks: keys, algorithms: ['ES256'] }),
      jwt({ issuer: two.issuer, jwks: keys, algorithms: ['EdDSA'] }),
    ],
  })
  await isAdmitted(t, api, await one.accessToken(), 'ES256 of one')
  await isAdmitted(t, api, await two.accessToken(), 'EdDSA of two')
  const crossed = [
    await one.accessToken({ iss: two.issuer }),
    await two.accessToken({ iss: one.issuer }),
  ]
  for (const token of crossed) await isRefused(t, api, token, 'the other way round', 'algorithm')
})

test('RS-39 §3.1: alg is compared case for case', async (t) => {
  const api = await protect(t, { tokens })
  for (const alg of [
    'es256',
    'Es256',
    'ES256\0',
    'ES 256',
    'NONE',
    'nOnE',
    'None',
    'hs256',
    'Hs256',
  ]) {
    await isRefused(t, api, signed(header({ alg })), alg, 'algorithm')
  }
  const api25519 = await protectBy(t, [jwk(ed25519.publicKey, { kid })])
  for (const alg of ['ed25519', 'ED25519', 'eddsa', 'EDDSA']) {
    const token = signCompact(header({ alg }), claims(), ed25519.privateKey, 'EdDSA')
    await isRefused(t, api25519, token, alg, 'algorithm')
  }
})

test('RS-40 §3.2: none is refused, with or without something for a signature', async (t) => {
  const api = await protect(t, { tokens })
  const signature = signed().split('.')[2]!
  for (const alg of ['none', 'None', 'NONE', 'nOnE', 'none ', '']) {
    const input = `${encode(header({ alg }))}.${encode(claims())}`
    for (const end of ['.', `.${signature}`, '.AA', '']) {
      await isRefused(t, api, input + end, `${alg}${end}`)
    }
  }
})

test('RS-41 §3.1: a key is used with the algorithm that it is for, and no other', async (t) => {
  const keys = [
    jwk(rsa.publicKey, { kid: 'RS256', alg: 'RS256' }),
    jwk(p256.publicKey, { kid: 'ES256', alg: 'ES256' }),
    jwk(p384.publicKey, { kid: 'ES384', alg: 'ES384' }),
    jwk(ed25519.publicKey, { kid: 'EdDSA', alg: 'EdDSA' }),
  ]
  const privateKeys = { RS256: rsa, ES256: p256, ES384: p384, EdDSA: ed25519 } as const
  const api = await protectBy(t, keys)
  const cases: readonly (readonly [string, keyof typeof privateKeys, string?])[] = [
    ['PS256', 'RS256'],
    ['RS512', 'RS256'],
    ['ES384', 'ES256', 'ES256'],
    ['ES256', 'ES384'],
    ['RS256', 'ES256', 'ES256'],
    ['ES256', 'RS256', 'RS256'],
    ['EdDSA', 'ES256', 'ES256'],
    ['ES256', 'EdDSA', 'EdDSA'],
  ]
  for (const [alg, key, real = alg] of cases) {
    for (const keyId of [key, undefined]) {
      const token = signCompact(
        header({ alg, kid: keyId }),
        claims(),
        privateKeys[key].privateKey,
        real,
      )
      await isRefused(t, api, token, `${alg} by the key for ${key}`)
    }
  }
  for (const [alg, { privateKey }] of Object.entries(privateKeys)) {
    const token = signCompact(header({ alg, kid: alg }), claims(), privateKey, alg)
    await isAdmitted(t, api, token, alg)
  }
})

test('RS-41 §3.1: a key that does not say its algorithm is held to the kind of key, and to the list', async (t) => {
  const any = await protectBy(t, [
    jwk(rsa.publicKey, { kid }),
    jwk(p384.publicKey, { kid: 'p384' }),
  ])
  const token = (alg: string, keyId = kid): string =>
    signCompact(header({ alg, kid: keyId }), claims(), rsa.privateKey, alg)
  await isAdmitted(t, any, token('RS256'), 'RS256')
  const listed = await protectBy(t, [jwk(rsa.publicKey, { kid })], { algorithms: ['PS256'] })
  await isRefused(t, listed, token('RS256'), 'RS256', 'algorithm')
  await isAdmitted(t, listed, token('PS256'), 'PS256')
  const wrongCurve = signCompact(header({ kid: 'p384' }), claims(), p384.privateKey, 'ES256')
  await isRefused(t, any, wrongCurve, 'ES256 by a key on P-384', 'unknown-key')
})

test('RS-42 RFC 7517 §4.2, §4.3: a key that is not for verifying signatures is not used', async (t) => {
  const not = [
    { use: 'enc' },
    { use: 'SIG' },
    { use: '' },
    { use: null },
    { use: ['sig'] },
    { key_ops: ['sign'] },
    { key_ops: ['encrypt', 'wrapKey'] },
    { key_ops: ['VERIFY'] },
    { key_ops: [] },
    { key_ops: 'verify' },
    { key_ops: null },
    { key_ops: { 0: 'verify' } },
    { use: 'sig', key_ops: ['sign'] },
    { use: 'enc', key_ops: ['verify'] },
  ]
  const good = [
    {},
    { use: 'sig' },
    { key_ops: ['verify'] },
    { key_ops: ['sign', 'verify'], use: 'sig' },
  ]
  for (const members of not) {
    const api = await protectBy(t, [jwk(p256.publicKey, { kid, ...members })])
    await isRefused(t, api, signed(), JSON.stringify(members), 'unknown-key')
  }
  for (const members of good) {
    const api = await protectBy(t, [jwk(p256.publicKey, { kid, ...members })])
    await isAdmitted(t, api, signed(), JSON.stringify(members))
  }
})

test('RS-43 §3.1, §3.5: no HMAC, whatever it is keyed with and whatever the key set holds', async (t) => {
  const secret = Buffer.alloc(32, 7)
  const oct = { kty: 'oct', k: secret.toString('base64url'), kid: 'oct', alg: 'HS256', use: 'sig' }
  nock('https://rs43.example.com')
    .persist()
    .get('/jwks')
    .reply(200, { keys: [oct, { ...oct, kid, alg: 'ES256' }, published] })
  const api = await protect(t, {
    tokens: jwt({ issuer, jwksUri: 'https://rs43.example.com/jwks', coolDown: 0.01 }),
  })
  const spki = (format: 'pem' | 'der'): string | Buffer =>
    p256.publicKey.export({ type: 'spki', format } as never)
  const secrets: Readonly<Record<string, string | Buffer>> = {
    'the symmetric key of the set': secret,
    'its base64url': oct.k,
    PEM: spki('pem'),
    'PEM without the line break at the end': String(spki('pem')).trimEnd(),
    'PEM with white space in front': `\n ${String(spki('pem'))}`,
    DER: spki('der'),
    'the JWK': JSON.stringify(published),
    'a coordinate': String(published['x']),
    'the bytes of a coordinate': Buffer.from(String(published['x']), 'base64url'),
    nothing: '',
  }
  for (const [title, key] of Object.entries(secrets)) {
    for (const keyId of [kid, 'oct', undefined]) {
      for (const [alg, hash] of Object.entries({
        HS256: 'sha256',
        HS384: 'sha384',
        HS512: 'sha512',
      })) {
        const input = `${encode(header({ alg, kid: keyId }))}.${encode(claims())}`
        const mac = createHmac(hash, key).update(input).digest('base64url')
        await isRefused(t, api, `${input}.${mac}`, `${alg} with ${title}`, 'algorithm')
      }
    }
  }
  const asymmetric = signCompact(
    header({ alg: 'ES256', kid: 'oct' }),
    claims(),
    createSecretKey(secret),
    'HS256',
  )
  await isRefused(t, api, asymmetric, 'HMAC, called ES256', 'unknown-key')
  await isAdmitted(t, api, signed(), 'the key beside it')
})

// Keys

test('RS-44 FAPI 2.0 §5.4.1: RSA keys under 2048 bits or with an exponent under 3 verify nothing', async (t) => {
  const generated = (modulusLength: number, publicExponent = 65_537) =>
    generateKeyPairSync('rsa', { modulusLength, publicExponent })
  const token = (key: KeyObject): string =>
    signCompact(header({ alg: 'RS256' }), claims(), key, 'RS256')
  for (const bits of [1024, 1536, 2040]) {
    const weak = generated(bits)
    const api = await protectBy(t, [jwk(weak.publicKey, { kid, alg: 'RS256' })])
    await isRefused(t, api, token(weak.privateKey), `${bits} bits`, 'unknown-key')
  }
  for (const [strong, title] of [
    [rsa, '2048 bits'],
    [generated(2048, 3), 'e = 3'],
  ] as const) {
    const api = await protectBy(t, [jwk(strong.publicKey, { kid, alg: 'RS256' })])
    await isAdmitted(t, api, token(strong.privateKey), title)
  }
})

test('RS-44: with e = 1 everybody could sign', async (t) => {
  const input = `${encode(header({ alg: 'RS256' }))}.${encode(claims())}`
  // EMSA-PKCS1-v1_5, which is its own signature then. (RFC 8017 §9.2)
  const digest = createHash('sha256').update(input).digest('hex')
  const padded = `0001${'ff'.repeat(202)}003031300d060960864801650304020105000420${digest}`
  const signature = Buffer.from(padded, 'hex')
  const key = createPublicKey({ format: 'jwk', key: { ...jwk(rsa.publicKey), e: 'AQ' } })
  t.true(verify('sha256', Buffer.from(input), key, signature), 'the library alone lets it pass')
  for (const e of ['AQ', 'AAE', 'AAAAAQ', 'AA', 'Ag', '']) {
    const api = await protectBy(t, [jwk(rsa.publicKey, { kid, e })])
    const token = `${input}.${signature.toString('base64url')}`
    await isRefused(t, api, token, `e = ${e}`, 'unknown-key')
  }
})

test('RS-45 §3.4: a point that is not on its curve is no key', async (t) => {
  const { x, y } = published as { x: string; y: string }
  const bytes = (fill: number): string => Buffer.alloc(32, fill).toString('base64url')
  const points = {
    'both coordinates the same': { x, y: x },
    'coordinates swapped': { x: y, y: x },
    'one bit off': { x, y: flipped(y) },
    'the origin': { x: bytes(0), y: bytes(0) },
    'above the field': { x: bytes(0xff), y: bytes(0xff) },
    'no y': { x, y: undefined },
    'y is no string': { x, y: 7 },
    'another curve': { x, y, crv: 'P-384' },
  }
  for (const [title, point] of Object.entries(points)) {
    const api = await protectBy(t, [{ ...published, ...point }])
    await isRefused(t, api, signed(), title, 'unknown-key')
  }
})

function flipped(coordinate: string): string {
  const bytes = Buffer.from(coordinate, 'base64url')
  bytes[31]! ^= 1
  return bytes.toString('base64url')
}

test('RS-45 RFC 8032 §8.9: an Ed25519 point of small order is no key', async (t) => {
  // Under the neutral element, R = B·S with S = 0 signs every message; not every OpenSSL minds.
  const neutral = Buffer.alloc(32)
  neutral[0] = 1
  const x = neutral.toString('base64url')
  const input = `${encode(header({ alg: 'EdDSA' }))}.${encode(claims())}`
  const forged = Buffer.concat([neutral, Buffer.alloc(32)])
  const api = await protectBy(t, [{ kty: 'OKP', crv: 'Ed25519', x, kid }])
  await isRefused(t, api, `${input}.${forged.toString('base64url')}`, 'forged', 'unknown-key')
})

test('RS-46 §3.3: no character of a token can be another', async (t) => {
  const api = await protect(t, { tokens })
  const good = signed(header(), claims())
  await Promise.all(
    Array.from(good, async (character, i) => {
      if (character === '.') return
      const other = character === 'Q' ? 'g' : 'Q'
      const { status } = await api.send(good.slice(0, i) + other + good.slice(i + 1))
      t.is(status, 401, `character ${i}`)
    }),
  )
  await isAdmitted(t, api, good, 'as it is')
})

test('RS-46 §3.3: parts of good tokens do not make another good one', async (t) => {
  const api = await protect(t, { tokens })
  const one = signed().split('.')
  const two = signed(header({ x: 1 }), claims({ sub: 'bob' })).split('.')
  for (let mix = 1; mix < 7; mix++) {
    const token = [0, 1, 2].map((part) => ((mix >> part) & 1 ? one : two)[part]).join('.')
    await isRefused(t, api, token, String(mix), 'signature')
  }
})

test('RS-46 §3.3: what a signature holds inside another is not looked for', async (t) => {
  const api = await protect(t, { tokens })
  const unsigned = `${encode({ alg: 'none' })}.${encode(claims())}.`
  for (const inner of [signed(), unsigned]) {
    for (const typ of ['at+jwt', 'JWT']) {
      const nested = signed(header({ typ, cty: 'JWT' }), inner)
      await isRefused(t, api, nested, typ, 'malformed')
    }
  }
})

// Encryption

test('RS-47 §3.3: an encrypted token is refused as such, whatever it holds and whoever could read it', async (t) => {
  const api = await protectBy(t, [published, jwk(rsa.publicKey, { kid: 'rsa' })])
  const unsigned = `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims())}.`
  for (const [title, plaintext] of Object.entries({
    claims: text(claims()),
    'an unsigned token': unsigned,
    'a good token': signed(),
  })) {
    for (const [alg, key] of [
      ['RSA-OAEP-256', rsa.publicKey],
      ['ECDH-ES', p256.publicKey],
    ] as const) {
      const token = await new CompactEncrypt(Buffer.from(plaintext))
        .setProtectedHeader({ alg, enc: 'A128GCM', typ: 'at+jwt', cty: 'JWT', kid, iss: issuer })
        .encrypt(key)
      t.is(token.split('.').length, 5)
      await isRefused(t, api, token, `${title} by ${alg}`, 'malformed')
    }
  }
})

test('RS-47 §3.3: signed and encrypted tokens are told apart by their form, not by what they say', async (t) => {
  const api = await protect(t, { tokens })
  const encrypted = header({ alg: 'RSA-OAEP-256', enc: 'A128GCM' })
  await isRefused(t, api, signed(encrypted), 'three parts, as if encrypted', 'algorithm')
  const five = `${signed()}.${encode('iv')}.${encode('tag')}`
  await isRefused(t, api, five, 'five parts, as if signed', 'malformed')
})

test('RS-48 §3.13: no password is stretched for a token', async (t) => {
  const api = await protect(t, { tokens })
  for (const alg of ['PBES2-HS256+A128KW', 'PBES2-HS512+A256KW']) {
    const head = header({ alg, enc: 'A128GCM', p2s: encode('salt'), p2c: 2_147_483_647 })
    await isRefused(t, api, `${encode(head)}.AAAA.AAAA.AAAA.AAAA`, alg, 'malformed')
    await isRefused(t, api, signed(head), `${alg} in three parts`, 'algorithm')
  }
})

test('RS-49 §3.15: nothing is decompressed for a token', async (t) => {
  const api = await protect(t, { tokens })
  const head = header({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' })
  await isRefused(t, api, `${encode(head)}..AAAA.AAAA.AAAA`, 'encrypted', 'malformed')
  await isRefused(t, api, `${encode(head)}.AAAA.AAAA.AAAA.AAAA`, 'encrypted', 'malformed')
})

// Issuer, subject, audience

test('RS-50 §3.8: a key verifies the tokens of its issuer alone, though another has the same kid', async (t) => {
  const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuers = ['one', 'two'].map((name) => ({
    url: `https://rs50-${name}.example.com`,
    key: keyPair(),
  }))
  for (const { url, key } of issuers) {
    nock(url)
      .persist()
      .get('/jwks')
      .reply(200, { keys: [jwk(key.publicKey, { kid, alg: 'ES256' })] })
  }
  const api = await protect(t, {
    tokens: issuers.map(({ url }) => jwt({ issuer: url, jwksUri: `${url}/jwks`, coolDown: 0.01 })),
  })
  for (let round = 0; round < 2; round++) {
    for (const { url: iss } of issuers) {
      for (const { url, key } of issuers) {
        for (const keyId of [kid, undefined]) {
          const token = signCompact(
            header({ kid: keyId }),
            claims({ iss }),
            key.privateKey,
            'ES256',
          )
          if (iss === url) await isAdmitted(t, api, token, iss)
          else await isRefused(t, api, token, `${iss} by the key of ${url}`, 'signature')
        }
      }
    }
  }
})

test('RS-51 §3.8: a token without a subject is refused', async (t) => {
  const api = await protect(t, { tokens })
  for (const sub of [undefined, '', null, 0, 7, true, false, [], ['alice'], {}, { sub: 'alice' }]) {
    await isRefused(t, api, signed(header(), claims({ sub })), JSON.stringify(sub) ?? '', 'claims')
  }
  for (const sub of ['alice', ' ', 'a\0b', '__proto__', '\u{1F600}'.repeat(50)]) {
    await isAdmitted(t, api, signed(header(), claims({ sub })), sub)
    t.is(api.admitted.at(-1)?.subject, sub)
  }
})

test('RS-52, RS-62 §3.9, RFC 7519 §4.1.3: aud is a string or an array, compared character by character', async (t) => {
  const api = await protect(t, { tokens, audience: [audience, 'urn:caf\u00e9'] })
  const token = (aud: unknown): string => signed(header(), claims({ aud }))
  for (const aud of [
    audience,
    [audience],
    ['x', audience],
    'urn:caf\u00e9',
    [audience, audience],
  ]) {
    await isAdmitted(t, api, token(aud), JSON.stringify(aud))
  }
  for (const aud of [
    'https://other.example.com',
    audience.slice(0, -1),
    `${audience} `,
    ` ${audience}`,
    `${audience}\0`,
    `${audience},x`,
    `${audience} x`,
    audience.replace('api', 'API'),
    audience.replace('https', 'http'),
    'urn:cafe\u0301',
    'urn:caf',
    [],
    ['x'],
    [`${audience}/`],
    ['https:', '//api.example.com'],
  ]) {
    await isRefused(t, api, token(aud), JSON.stringify(aud), 'audience')
  }
  for (const aud of [
    undefined,
    null,
    '',
    7,
    true,
    {},
    { 0: audience },
    [[audience]],
    [audience, 7],
    [null],
  ]) {
    await isRefused(t, api, token(aud), JSON.stringify(aud) ?? 'absent', 'claims')
  }
})

test('RS-52 §3.9: there is no resource server without an audience', (t) => {
  for (const wrong of [undefined, null, '', [], [''], [audience, ''], 7, true, /api/, {}]) {
    t.throws(() => resourceServer({ audience: wrong as string, tokens }), {
      instanceOf: TypeError,
      message: /audience must be/,
    })
  }
})

// What the header says of keys

test('RS-53 §3.10: kid finds a key of the set, and goes nowhere else', async (t) => {
  const host = 'https://rs53.example.com'
  const asked: string[] = []
  const names = [
    '../../etc/passwd',
    "' OR 1=1 --",
    '__proto__',
    'constructor',
    '',
    ' ',
    'k'.repeat(512),
  ]
  const keys = names.map((name) => jwk(p256.publicKey, { kid: name }))
  nock(host)
    .persist()
    .get(/.*/)
    .reply(function (uri) {
      asked.push(uri)
      return [200, { keys }]
    })
  const api = await protect(t, {
    tokens: jwt({ issuer, jwksUri: `${host}/jwks?v=1`, coolDown: 0.01 }),
  })
  for (const name of names) await isAdmitted(t, api, signed(header({ kid: name })), name)
  const unknown = [
    '../jwks',
    '?v=2',
    'https://evil.example.com/jwks',
    '//evil.example.com',
    '%2e%2e%2f',
    'a\r\nb: c',
    'toString',
    'hasOwnProperty',
    '\0',
    '\u{1F600}',
  ]
  for (const name of unknown) {
    await isRefused(t, api, signed(header({ kid: name })), name, 'unknown-key')
  }
  for (const wrong of ['k'.repeat(513), 7, null, true, ['key-1'], { kid }]) {
    const token = signed(header({ kid: wrong }))
    await isRefused(t, api, token, JSON.stringify(wrong), 'malformed')
  }
  t.deepEqual([...new Set(asked)], ['/jwks?v=1'])
  t.true(asked.length <= 1 + unknown.length)
})

test('RS-54 §3.10: keys that a token brings or points to are not looked at', async (t) => {
  const asked: string[] = []
  const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const own = jwk(attacker.publicKey, { kid, alg: 'ES256' })
  const url = await serve(t, (request, response) => {
    asked.push(request.url!)
    response.end(JSON.stringify({ keys: [own] }))
  })
  const live = await issuing(t)
  const api = await protect(t, {
    tokens: jwt({ issuer: live.issuer, timeout: 30, coolDown: 0.01 }),
  })
  const [genuine] = live.jwks.keys
  const pointers = [
    { jwk: own },
    { jku: `${url}/jwks` },
    { x5u: `${url}/x5u` },
    { x5c: ['MIIB'], x5t: 'AAAA', 'x5t#S256': 'AAAA' },
    { jwk: own, jku: `${url}/jwks`, x5u: `${url}/x5u` },
    { iss: url, jwks_uri: `${url}/jwks` },
  ]
  for (const pointer of pointers) {
    const title = Object.keys(pointer).join(', ')
    for (const keyId of [kid, genuine?.kid, undefined]) {
      const head = header({ kid: keyId, ...pointer })
      const payload = claims({ iss: live.issuer })
      const token = signCompact(head, payload, attacker.privateKey, 'ES256')
      await isRefused(t, api, token, title)
    }
    await isAdmitted(t, api, await live.accessToken({}, pointer), `${title}, of no account`)
  }
  t.deepEqual(asked, [])
})

// Kinds of JWT

test('RS-55 §3.11: typ is a media type, with or without application/, in whatever case', async (t) => {
  const api = await protect(t, { tokens })
  for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT', 'APPLICATION/at+JWT']) {
    await isAdmitted(t, api, signed(header({ typ })), typ)
  }
  for (const typ of [
    'application/application/at+jwt',
    'text/at+jwt',
    '/at+jwt',
    'application/',
    'at+jwt;charset=utf-8',
    ' at+jwt',
    'at+jwt\0',
    '\u0430t+jwt',
    'at jwt',
    'at%2Bjwt',
    'at+jwt,JWT',
    'xat+jwt',
    'at+jwtx',
    ['at+jwt'],
    { typ: 'at+jwt' },
    null,
    true,
  ]) {
    await isRefused(t, api, signed(header({ typ })), JSON.stringify(typ), 'typ')
  }
})

const kinds: readonly (readonly [string, string | undefined, object])[] = [
  ['an ID token', 'JWT', { nonce: 'n', auth_time: now, at_hash: 'x' }],
  ['an ID token without typ', undefined, { nonce: 'n' }],
  [
    'a logout token',
    'logout+jwt',
    { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  ],
  ['a DPoP proof', 'dpop+jwt', { htm: 'GET', htu: audience, ath: 'x' }],
  [
    'an introspection answer',
    'token-introspection+jwt',
    { token_introspection: claims({ active: true }) },
  ],
  ['a status list', 'statuslist+jwt', { status_list: { bits: 1, lst: 'eNrbuRgAAhcBXQ' } }],
  ['a security event', 'secevent+jwt', { events: {} }],
  ['a transaction token', 'txntoken+jwt', { txn: '1', rctx: {} }],
  ['an authorization request', 'oauth-authz-req+jwt', { response_type: 'code' }],
  ['a client assertion', 'client-authentication+jwt', {}],
  ['an authorization grant', 'authorization-grant+jwt', {}],
  ['resource metadata', 'oauth-protected-resource+jwt', {}],
  ['a key binding', 'kb+jwt', { sd_hash: 'x' }],
  ['a credential', 'dc+sd-jwt', { vct: 'x' }],
  ['an entity statement', 'entity-statement+jwt', { jwks }],
  ['userinfo', 'JWT', { email: 'alice@example.com' }],
  ['a refresh token of some server', 'rt+jwt', {}],
  ['what calls itself JOSE', 'JOSE', {}],
]

test('RS-56 §3.12: a JWT of any other kind is no access token, however complete its claims', async (t) => {
  const api = await protect(t, { tokens })
  for (const [title, typ, more] of kinds) {
    await isRefused(t, api, signed(header({ typ }), claims(more)), title, 'typ')
    await isRefused(
      t,
      api,
      signed(header({ typ: typ && `application/${typ}` }), claims(more)),
      title,
      'typ',
    )
  }
})

test('RS-57 §3.11: no option makes a JWT of another kind an access token', async (t) => {
  const dialect = { requiredClaims: [] }
  const api = await protect(t, { tokens: jwt({ issuer, jwks, dialect }) })
  for (const [title, typ, more] of kinds) {
    await isRefused(t, api, signed(header({ typ }), claims(more)), title, 'typ')
  }
  await isAdmitted(t, api, signed(), 'an access token')
  for (const option of ['typ', 'types', 'ignoreTyp', 'allowAnyType']) {
    const options = { issuer, jwks, [option]: false }
    t.throws(() => jwt(options), { instanceOf: TypeError, message: /there is no option/ })
  }
})

// Time

test('RS-58 RFC 7519 §2: exp, nbf and iat are finite numbers', async (t) => {
  const api = await protect(t, { tokens })
  const later = now + 300
  const dates = [
    '1e400',
    '-1e400',
    '1e309',
    `"${later}"`,
    '"1e3"',
    'null',
    'true',
    `[${later}]`,
    '{}',
    '""',
  ]
  for (const claim of ['exp', 'nbf', 'iat']) {
    for (const date of dates) {
      const token = signed(header(), atEnd(`"${claim}":${date}`, claims()))
      await isRefused(t, api, token, `${claim}: ${date}`, 'claims')
    }
  }
  for (const date of [`${later}.5`, `${later}e0`, '1e300', '0.9e11', '9'.repeat(300)]) {
    await isAdmitted(t, api, signed(header(), atEnd(`"exp":${date}`, claims())), date)
  }
})

test('RS-59, RS-60, RS-61 RFC 7519 §4.1: the clock tolerance is 10 seconds, and never more than 60', async (t) => {
  const byDefault = await protect(t, { tokens })
  const most = await protect(t, { tokens, clockTolerance: 60 })
  const none = await protect(t, { tokens, clockTolerance: 0 })
  const token = (claim: string, ahead: number): string =>
    signed(header(), claims({ [claim]: Math.floor(Date.now() / 1000) + ahead }))
  for (const claim of ['nbf', 'iat']) {
    await isAdmitted(t, none, token(claim, -1), claim)
    await isRefused(t, none, token(claim, 30), claim, 'not-yet-valid')
    await isAdmitted(t, byDefault, token(claim, 9), claim)
    await isRefused(t, byDefault, token(claim, 40), claim, 'not-yet-valid')
    await isAdmitted(t, most, token(claim, 59), claim)
    await isRefused(t, most, token(claim, 90), claim, 'not-yet-valid')
  }
  await isRefused(t, none, token('exp', 0), 'exp is the first second too late', 'expired')
  await isAdmitted(t, none, token('exp', 30), 'exp')
  await isAdmitted(t, byDefault, token('exp', -3), 'exp')
  await isRefused(t, byDefault, token('exp', -11), 'exp', 'expired')
  await isAdmitted(t, most, token('exp', -30), 'exp')
  await isRefused(t, most, token('exp', -61), 'exp', 'expired')
  for (const clockTolerance of [61, 300, Infinity, NaN, -1, '10', null]) {
    t.throws(() => resourceServer({ audience, tokens, clockTolerance: clockTolerance as number }), {
      instanceOf: TypeError,
      message: /clockTolerance must be a number of seconds from 0 to 60/,
    })
  }
})

test('RS-63 §3.2, RFC 9864: Ed25519 and EdDSA are two names of one algorithm', async (t) => {
  const named = [{}, { alg: 'Ed25519' }, { alg: 'EdDSA' }]
  for (const members of named) {
    const api = await protectBy(t, [jwk(ed25519.publicKey, { kid, ...members })])
    for (const alg of ['Ed25519', 'EdDSA']) {
      const token = signCompact(header({ alg }), claims(), ed25519.privateKey, alg)
      await isAdmitted(t, api, token, `${alg} by ${JSON.stringify(members)}`)
    }
  }
  const api = await protectBy(t, [jwk(ed25519.publicKey, { kid, alg: 'ES256' })])
  const token = signCompact(header({ alg: 'EdDSA' }), claims(), ed25519.privateKey, 'EdDSA')
  await isRefused(t, api, token, 'a key for something else', 'unknown-key')
})

// Limits

test('RS-64: size and depth of a token are bounded before anything is done with it', async (t) => {
  const api = await protect(t, { tokens })
  const large = signed(header(), claims({ x: 'x'.repeat(11_400) }))
  t.true(large.length > 15_500)
  await isAdmitted(t, api, large, 'about as large as the headers of a request may be')

  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  await isAdmitted(t, api, signed(header(), atEnd(`"x":${nested(31)}`, claims())), '32 levels')
  for (const depth of [32, 100, 5000]) {
    const deep = signed(header(), atEnd(`"x":${nested(depth)}`, claims()))
    await isRefused(t, api, deep, `${depth} levels of claims`, 'malformed')
    const deepHeader = signed(atEnd(`"x":${nested(depth)}`, header()))
    await isRefused(t, api, deepHeader, `${depth} levels of header`, 'malformed')
  }
  const many = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`c${i}`, 0]))
  await isAdmitted(t, api, signed(header(), claims(many)), 'as many claims as fit')
  for (const dots of ['.'.repeat(15_500), 'a.'.repeat(7500), `${signed()}${'.'.repeat(15_000)}`]) {
    await isRefused(t, api, dots, 'thousands of dots', 'malformed')
  }
})

test('RS-64: the size is an option', async (t) => {
  const api = await protect(t, { tokens, maxTokenSize: signed().length })
  await isAdmitted(t, api, signed(), 'as long as that')
  t.is((await api.send(signed(header(), claims({ x: 1 })))).status, 400)
})

test('RS-65: hostile names of claims are plain data', async (t) => {
  const hostile =
    '"__proto__":{"scope":"admin","sub":"root"},"constructor":{"prototype":{"scope":"admin"}}'
  const api = await protect(t, { tokens })
  await isAdmitted(t, api, signed(header(), atEnd(hostile, claims())), 'claims')
  const auth = api.admitted[0]!
  t.is(auth.subject, 'alice')
  t.deepEqual([...auth.scopes], [])
  t.is(auth.claims['scope'], undefined)
  t.is(auth.claims['toString'], undefined, 'nothing is inherited')
  t.deepEqual(Object.keys(auth.claims).slice(-2), ['__proto__', 'constructor'])
  t.is(({} as Record<string, unknown>)['scope'], undefined)

  const guarded = await protect(t, { tokens }, requireScope('admin'))
  t.is((await guarded.send(signed(header(), atEnd(hostile, claims())))).status, 403)
  const names = ['toString', 'valueOf', 'hasOwnProperty', 'then', 'toJSON', 'constructor']
  for (const name of names) {
    await isAdmitted(t, api, signed(header(), claims({ [name]: 'x' })), name)
  }
  for (const claim of ['sub', 'aud', 'exp', 'iss']) {
    const rest = atEnd(`"__proto__":${text(claims())}`, claims({ [claim]: undefined }))
    await isRefused(t, api, signed(header(), rest), `${claim} by way of the prototype`)
  }
})

test('RS-65: hostile names of header parameters are plain data', async (t) => {
  const api = await protect(t, { tokens })
  for (const parameter of ['alg', 'typ']) {
    const head = atEnd(`"__proto__":${text(header())}`, header({ [parameter]: undefined }))
    await isRefused(t, api, signed(head), parameter)
  }
  await isAdmitted(t, api, signed(atEnd('"__proto__":{"crit":["x"]}', header())), 'crit')
})

test('RS-65: no handler can change what another request sees', async (t) => {
  const changes: boolean[] = []
  const api = await protect(t, { tokens }, async (ctx, next) => {
    const { claims: said, scopes } = ctx.state['auth'] as Api['admitted'][number] & {}
    const { roles, address } = said as { roles: string[]; address: { city: string } }
    changes.push(
      Reflect.set(said, 'sub', 'root'),
      Reflect.set(ctx.state['auth'] as object, 'subject', 'root'),
      Reflect.set(address, 'city', 'x'),
      Reflect.set(roles, 'length', 0),
      Reflect.defineProperty(scopes, 'has', { value: () => true }),
    )
    await next()
  })
  const token = signed(header(), claims({ roles: ['reader'], address: { city: 'Ulm' } }))
  for (let i = 0; i < 2; i++) await isAdmitted(t, api, token, 'each time')
  t.deepEqual(new Set(changes), new Set([false]))
  for (const auth of api.admitted) {
    t.is(auth?.subject, 'alice')
    t.like(auth?.claims, { sub: 'alice', roles: ['reader'], address: { city: 'Ulm' } })
  }
})
