import { createHash, createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import Router from '@koa/router'
import test, { type ExecutionContext } from 'ava'
import { CompactEncrypt } from 'jose'
import Koa from 'koa'
import nock from 'nock'
import {
  type AuthState,
  clientSecretBasic,
  introspection,
  jwt,
  type JwtOptions,
  requireScope,
  resourceServer,
  type ResourceServerOptions,
} from 'koa-resource-server'
import {
  type Api,
  audience,
  issuing,
  listen,
  protect,
  sender,
  sendRaw,
  serve,
  until,
} from './kit.ts'
import { impatient, isOutage, keySet, newKey, publish, respond, sendUntil } from './publish.ts'
import { encode, signCompact } from './sign-compact.ts'

// What went wrong in systems that do the same job, each with the lesson for a resource server.

const issuer = 'https://advisories.example.com'
const key = newKey('a')
const tokens = jwt({ issuer, jwks: keySet(key) })
const clientAuth = clientSecretBasic('api', 'secret')
const header = { alg: 'ES256', typ: 'at+jwt', kid: 'a' }
const claims = JSON.parse(
  Buffer.from(key.token(issuer).split('.')[1]!, 'base64url').toString(),
) as object
const canary = 'c4n4ry'

/** Whatever else, none of these tokens gets through, and none makes an error of ours. */
async function noneIsAdmitted(
  t: ExecutionContext,
  { send, admitted, errors }: Api,
  forged: Readonly<Record<string, string>>,
): Promise<void> {
  t.true(Object.keys(forged).length > 0)
  for (const [title, token] of Object.entries(forged)) {
    const { status, bearer } = await send(token)
    t.is(status, 401, title)
    t.is(bearer?.['error'], 'invalid_token', title)
    t.is(errors.at(-1)?.name, 'InvalidToken', title)
  }
  t.deepEqual(admitted, [])
}

/** An HMAC over good claims, keyed with each of these. */
function macs(secrets: Readonly<Record<string, string | Buffer>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([title, secret]) =>
      Object.entries({ HS256: 'sha256', HS512: 'sha512' }).map(([alg, hash]) => {
        const input = `${encode({ ...header, alg })}.${encode(claims)}`
        const mac = createHmac(hash, secret).update(input).digest('base64url')
        return [`${alg} with ${title}`, `${input}.${mac}`]
      }),
    ),
  )
}

const publicKey = createPublicKey({ format: 'jwk', key: key.jwk })
const pem = String(publicKey.export({ type: 'spki', format: 'pem' }))
const unsigned = `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`

// Signature, algorithm, key

test('CVE-2015-9235: the token does not choose its algorithm', async (t) => {
  const [, payload, signature] = key.token(issuer).split('.')
  await noneIsAdmitted(t, await protect(t, { tokens }), {
    none: unsigned,
    'none, with a signature': `${encode({ ...header, alg: 'none' })}.${payload}.${signature}`,
    ...macs({ 'the public key': pem }),
  })
})

test('CVE-2022-23540: nothing falls back to none, whatever the list of algorithms', async (t) => {
  for (const options of [{}, { algorithms: ['RS256'] }, { algorithms: ['ES256', 'EdDSA'] }]) {
    const api = await protect(t, { tokens: jwt({ issuer, jwks: keySet(key), ...options }) })
    await noneIsAdmitted(t, api, { unsigned, 'with something': `${unsigned}AAAA` })
  }
  for (const algorithms of [[], ['none'], ['ES256', 'none'], null, undefined]) {
    const make = (): unknown => jwt({ issuer, jwks: keySet(key), algorithms } as JwtOptions)
    if (algorithms === undefined) t.notThrows(make, 'the default list')
    else t.throws(make, { instanceOf: TypeError })
  }
})

test('CVE-2022-23541, CVE-2022-23539: the kind of key and the algorithm are matched', async (t) => {
  const keys = [
    newKey('ES256'),
    newKey('ES384', 'ES384'),
    newKey('RS256', 'RS256'),
    newKey('EdDSA', 'EdDSA'),
  ]
  const bare = { keys: keys.map(({ jwk }) => ({ ...jwk, alg: undefined })) }
  for (const jwks of [keySet(...keys), bare]) {
    const api = await protect(t, { tokens: jwt({ issuer, jwks }) })
    const forged = keys.flatMap((one) =>
      keys
        .filter((another) => another !== one)
        .map(
          ({ jwk: { alg } }) =>
            [`${String(alg)} by ${String(one.jwk['alg'])}`, one.token(issuer, { alg })] as const,
        ),
    )
    t.is(forged.length, 12)
    await noneIsAdmitted(t, api, Object.fromEntries(forged))
    for (const one of keys) t.is((await api.send(one.token(issuer))).status, 200)
  }
})

test('CVE-2020-15084: without a list of algorithms there is a safe one', async (t) => {
  const api = await protect(t, { tokens })
  await noneIsAdmitted(t, api, macs({ 'the public key': pem, 'an empty secret': '' }))
  t.is((await api.send(key.token(issuer))).status, 200)
})

test('CVE-2023-48223, CVE-2026-34950: keys are JWKs, never text that looks like a key', async (t) => {
  for (const text of [pem, ` ${pem}`, `\n${pem}`, pem.trim(), 'secret', Buffer.from(pem)]) {
    for (const jwks of [text, { keys: text }, { keys: [text] }, [text]]) {
      const options = { issuer, jwks } as unknown as JwtOptions
      t.throws(() => jwt(options), { instanceOf: TypeError, message: /jwks must be a JWK Set/ })
    }
  }
  const spaced = { PEM: pem, 'a space in front': ` ${pem}`, 'a line break in front': `\n${pem}` }
  await noneIsAdmitted(t, await protect(t, { tokens }), macs(spaced))
})

test('CVE-2026-22817, CVE-2026-22818: the list counts also where a JWK does not say its algorithm', async (t) => {
  const rsa = newKey('a', 'RS256', { alg: undefined, use: undefined })
  const jwks = keySet(rsa)
  const api = await protect(t, { tokens: jwt({ issuer, jwks, algorithms: ['PS256'] }) })
  const rsaPem = createPublicKey({ format: 'jwk', key: rsa.jwk }).export({
    type: 'spki',
    format: 'pem',
  })
  await noneIsAdmitted(t, api, { RS256: rsa.token(issuer), ...macs({ PEM: rsaPem }) })
  const byDefault = await protect(t, { tokens: jwt({ issuer, jwks }) })
  await noneIsAdmitted(t, byDefault, macs({ PEM: rsaPem }))
})

test('CVE-2024-33663, CVE-2022-29217: a public key in any spelling is no secret', async (t) => {
  const { x, y } = key.jwk as { x: string; y: string }
  const point = Buffer.concat([
    Buffer.of(4),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ])
  const openSsh = Buffer.concat(
    ['ecdsa-sha2-nistp256', 'nistp256', point].map((part) => {
      const bytes = Buffer.from(part as string)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return Buffer.concat([length, bytes])
    }),
  )
  const secrets = {
    DER: publicKey.export({ type: 'spki', format: 'der' }),
    'the JWK': JSON.stringify(key.jwk),
    'the JWK Set': JSON.stringify(keySet(key)),
    OpenSSH: `ecdsa-sha2-nistp256 ${openSsh.toString('base64')}`,
    'the point': point,
    x,
    kid: 'a',
  }
  await noneIsAdmitted(t, await protect(t, { tokens }), macs(secrets))
})

test('CVE-2025-65945, GHSA-869p-cjfg-cm3x: nothing unverified chooses a secret, since there is none', async (t) => {
  const secret = Buffer.from(issuer)
  const oct = { kty: 'oct', k: secret.toString('base64url'), kid: 'a', alg: 'HS256' }
  t.throws(() => jwt({ issuer, jwks: { keys: [oct] } }), { instanceOf: TypeError })
  const api = await protect(t, { tokens: jwt({ issuer, jwks: { keys: [oct, key.jwk] } }) })
  await noneIsAdmitted(t, api, macs({ 'the key of the set': secret, 'what the token says': 'a' }))
})

test('CVE-2018-0114: a key that the token brings along is not looked at', async (t) => {
  const own = newKey('a')
  const x5c = [publicKey.export({ type: 'spki', format: 'der' }).toString('base64')]
  const forged = [
    { jwk: own.jwk },
    { jwk: own.jwk, kid: undefined },
    { x5c },
    { jwk: own.jwk, x5c },
  ]
  await noneIsAdmitted(
    t,
    await protect(t, { tokens }),
    Object.fromEntries(forged.map((more) => [JSON.stringify(more), own.token(issuer, more)])),
  )
})

test('CVE-2018-0114: nothing is fetched that a token points to', async (t) => {
  const evil = newKey('a')
  const host = await publish(t, evil)
  const jku = `${host.url}/jwks`
  const forged = [{ jku }, { x5u: jku }, { jku, kid: undefined }, { jku, x5u: jku, iss: host.url }]
  await noneIsAdmitted(
    t,
    await protect(t, { tokens }),
    Object.fromEntries(forged.map((more) => [JSON.stringify(more), evil.token(issuer, more)])),
  )
  t.deepEqual(host.asked, [])
})

test('CVE-2026-29000: encrypted to our key or not, what nobody has signed is not believed', async (t) => {
  const encrypted = await Promise.all(
    [unsigned, JSON.stringify(claims), key.token(issuer)].map(async (plaintext) =>
      new CompactEncrypt(Buffer.from(plaintext))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'a', typ: 'at+jwt', cty: 'JWT' })
        .encrypt(publicKey),
    ),
  )
  await noneIsAdmitted(t, await protect(t, { tokens }), Object.fromEntries(encrypted.entries()))
})

const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'

test('CVE-2022-21449: an ECDSA signature of zeros, or of what is zero modulo the order, verifies nothing', async (t) => {
  const keys = [key, newKey('b', 'ES384'), newKey('c', 'ES512')]
  const api = await protect(t, { tokens: jwt({ issuer, jwks: keySet(...keys) }) })
  const forge = (one: typeof key, signature: Buffer): string =>
    `${one.token(issuer).split('.', 2).join('.')}.${signature.toString('base64url')}`
  for (const [i, size] of [32, 48, 66].entries()) {
    const one = Buffer.alloc(size)
    one[size - 1] = 1
    const values = [Buffer.alloc(size), one, Buffer.alloc(size, 0xff)]
    if (i === 0) values.push(Buffer.from(order, 'hex'))
    const pairs = values.flatMap((r) => values.map((s) => Buffer.concat([r, s])))
    const forged = pairs.map((signature) => [signature.toString('hex'), forge(keys[i]!, signature)])
    await noneIsAdmitted(t, api, Object.fromEntries(forged))
  }
})

test('CVE-2006-4339, CVE-2014-1568: with e = 3 nothing may stand behind the digest', async (t) => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'RS256' }
  const api = await protect(t, { tokens: jwt({ issuer, jwks: { keys: [jwk] } }) })
  const head = { ...header, alg: 'RS256' }
  const input = `${encode(head)}.${encode(claims)}`
  const digest = createHash('sha256').update(input).digest('hex')
  const block = `0001${'ff'.repeat(8)}003031300d060960864801650304020105000420${digest}`
  const root = cubeRoot(BigInt(`0x${block.padEnd(512, '0')}`))
  t.true((root ** 3n).toString(16).padStart(512, '0').startsWith(block), 'lenient padding would do')
  const forged = Buffer.from(root.toString(16).padStart(512, '0'), 'hex').toString('base64url')
  await noneIsAdmitted(t, api, { forged: `${input}.${forged}` })
  t.is((await api.send(signCompact(head, claims, pair.privateKey, 'RS256'))).status, 200)
})

/** The least number whose cube is not below. */
function cubeRoot(cube: bigint): bigint {
  let [low, high] = [0n, 1n << 700n]
  while (low < high) {
    const middle = (low + high) / 2n
    if (middle ** 3n < cube) low = middle + 1n
    else high = middle
  }
  return low
}

test('HAProxy jwt_verify: a signature of another length is not even looked at', async (t) => {
  const rsa = newKey('b', 'RS256')
  const api = await protect(t, { tokens: jwt({ issuer, jwks: keySet(key, rsa) }) })
  const forged = [key, rsa].flatMap((one) => {
    const [head, payload, signature = ''] = one.token(issuer).split('.')
    const good = Buffer.from(signature, 'base64url')
    return [1, 2, good.length - 1, good.length + 1, good.length * 2, 2000, 8000].map((length) => {
      const other = Buffer.alloc(length, good)
      return [
        `${String(one.jwk['alg'])} ${length}`,
        `${head}.${payload}.${other.toString('base64url')}`,
      ]
    })
  })
  await noneIsAdmitted(t, api, Object.fromEntries(forged))
})

test('CVE-2025-59420, CVE-2026-35042: critical extensions are refused, known ones as well, and lists that are none', async (t) => {
  const lists = [['x'], ['exp'], ['b64'], [], 'x', null, [[]], {}, 7]
  const forged = lists.map((crit) => [JSON.stringify(crit), key.token(issuer, { crit, x: 1 })])
  await noneIsAdmitted(t, await protect(t, { tokens }), Object.fromEntries(forged))
})

test('CVE-2022-36083, CVE-2026-27932, CVE-2023-52428: billions of PBES2 iterations cost nothing here', async (t) => {
  const head = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2s: 'AAAAAAAAAAA', p2c: 4_294_967_295 }
  const five = `${encode({ ...header, ...head })}.AAAA.AAAA.AAAA.AAAA`
  await noneIsAdmitted(t, await protect(t, { tokens }), { five, three: key.token(issuer, head) })
})

test('CVE-2024-28176, CVE-2026-39373, CVE-2024-21319: nothing is decompressed', async (t) => {
  const head = { ...header, alg: 'ECDH-ES', enc: 'A128GCM', zip: 'DEF', epk: key.jwk }
  const parts = ['', 'AAAA', Buffer.alloc(9000).toString('base64url'), 'AAAA']
  await noneIsAdmitted(t, await protect(t, { tokens }), {
    bomb: [encode(head), ...parts].join('.'),
  })
})

test('CVE-2025-30204, CVE-2025-27144: thousands of dots are one regular expression’s work', async (t) => {
  await noneIsAdmitted(t, await protect(t, { tokens }), {
    dots: '.'.repeat(15_000),
    'after a token': key.token(issuer) + '.'.repeat(14_000),
    'between letters': 'a.'.repeat(7500),
  })
})

test('CVE-2025-53864: deep nesting is refused, in header and claims', async (t) => {
  const deep: unknown = JSON.parse('['.repeat(1000) + ']'.repeat(1000))
  await noneIsAdmitted(t, await protect(t, { tokens }), {
    claims: key.token(issuer, {}, { deep }),
    header: key.token(issuer, { deep }),
  })
})

// Claims and kinds of token

test('CVE-2025-30144, CVE-2024-53861: iss is one string, and equal', async (t) => {
  const others = [
    ['https://evil.example.com', issuer],
    [issuer],
    [issuer, 'https://evil.example.com'],
    { [issuer]: true },
    issuer.slice(0, -1),
    issuer.slice(8),
    '',
    `${issuer}.evil.example`,
    `${issuer}/`,
    issuer.toUpperCase(),
    ` ${issuer}`,
  ]
  const forged = others.map((iss) => [JSON.stringify(iss), key.token(issuer, {}, { iss })])
  await noneIsAdmitted(t, await protect(t, { tokens }), Object.fromEntries(forged))
})

test('CVE-2026-22748, CVE-2025-62610: issuer and audience are no extras: without them nothing starts', (t) => {
  t.throws(() => jwt({ jwks: keySet(key) } as unknown as JwtOptions), { message: /issuer must be/ })
  t.throws(() => resourceServer({ tokens } as unknown as ResourceServerOptions), {
    message: /audience must be/,
  })
})

test('CVE-2016-7191: no option switches a check off', (t) => {
  const switches = [
    'ignoreExpiration',
    'ignoreNotBefore',
    'validateIssuer',
    'validateAudience',
    'verifySignature',
    'ignoreIssuer',
    'allowMultiAudiences',
    'insecure',
  ]
  for (const name of switches) {
    for (const value of [true, false]) {
      const jwtOptions = { issuer, jwks: keySet(key), [name]: value }
      t.throws(() => jwt(jwtOptions), { instanceOf: TypeError, message: /no option/ })
      const options = { audience, tokens, [name]: value }
      t.throws(() => resourceServer(options), { instanceOf: TypeError, message: /no option/ })
    }
  }
  for (const nothing of [false, null, '', '*', [], true]) {
    const options = { issuer: nothing, jwks: keySet(key) } as unknown as JwtOptions
    t.throws(() => jwt(options), { instanceOf: TypeError })
    if (nothing === '*') continue
    const server = { audience: nothing, tokens } as unknown as ResourceServerOptions
    t.throws(() => resourceServer(server), { instanceOf: TypeError })
  }
})

test('CVE-2025-62610, GHSA-5h2m-4q8j-pqpj: a token for another resource, or for none, is refused', async (t) => {
  const others = [
    undefined,
    'https://other.example.com',
    [],
    ['https://other.example.com'],
    '*',
    'account',
  ]
  const forged = others.map((aud) => [
    JSON.stringify(aud) ?? 'none',
    key.token(issuer, {}, { aud }),
  ])
  await noneIsAdmitted(t, await protect(t, { tokens }), Object.fromEntries(forged))
})

test('CVE-2025-69196: scopes are judged on each request, and a remembered token ends with its exp', async (t) => {
  const as = await issuing(t)
  const api = await protect(
    t,
    {
      tokens: introspection({ issuer: as.issuer, timeout: 30, clientAuth, maxAge: 60 }),
      clockTolerance: 0,
    },
    requireScope('orders:write'),
  )
  const reading = as.opaqueToken({ scope: 'orders:read' })
  for (let i = 0; i < 2; i++) t.is((await api.send(reading)).status, 403)
  const brief = as.opaqueToken({ scope: 'orders:write', exp: Date.now() / 1000 + 2 })
  t.is((await api.send(brief)).status, 200)
  t.is((await sendUntil(api, brief, (status) => status !== 200)).at(-1), 401)
})

test('CVE-2025-46647: an introspection answer of another issuer, or for another audience, is refused', async (t) => {
  const as = await issuing(t)
  const api = await protect(t, {
    tokens: introspection({ issuer: as.issuer, timeout: 30, clientAuth }),
  })
  await noneIsAdmitted(t, api, {
    iss: as.opaqueToken({ iss: 'https://evil.example.com' }),
    aud: as.opaqueToken({ aud: 'https://other.example.com' }),
    'no aud': as.opaqueToken({ aud: undefined }),
  })
  t.is((await api.send(as.opaqueToken())).status, 200)
})

test('RFC 8725 §3.11: ID tokens, logout tokens and proofs are no access tokens', async (t) => {
  const types = [
    'JWT',
    undefined,
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'token-introspection+jwt',
  ]
  const forged = types.map((typ) => [String(typ), key.token(issuer, { typ })])
  await noneIsAdmitted(t, await protect(t, { tokens }), Object.fromEntries(forged))
})

test('CVE-2026-35041, GHSA-3j8v-cgw4-2g6q: expectations are strings, and the hundredth answer is the first', async (t) => {
  for (const pattern of [/api/, /https:.*/g, [/api/y]]) {
    const server = { audience: pattern, tokens } as unknown as ResourceServerOptions
    t.throws(() => resourceServer(server), { instanceOf: TypeError })
    const options = { issuer: pattern, jwks: keySet(key) } as unknown as JwtOptions
    t.throws(() => jwt(options), { instanceOf: TypeError })
  }
  const api = await protect(t, { tokens })
  const [good, bad] = [
    key.token(issuer),
    key.token(issuer, {}, { aud: 'https://other.example.com' }),
  ]
  for (let i = 0; i < 200; i++) {
    t.is((await api.send(good)).status, 200)
    t.is((await api.send(bad)).status, 401)
  }
})

// Caches, key sets, outages

test('CVE-2026-35039: what is remembered of one token is never said of another', async (t) => {
  const as = await issuing(t)
  const api = await protect(t, {
    tokens: introspection({ issuer: as.issuer, timeout: 30, clientAuth, maxAge: 60 }),
  })
  const long = 'x'.repeat(8000)
  const host = 'https://cve-2026-35039.example.com'
  nock(host)
    .persist()
    .post('/introspect')
    .reply(function (_, body) {
      const token = new URLSearchParams(body as string).get('token')!
      return [200, { active: !token.endsWith('0'), aud: audience, sub: digestOf(token) }]
    })
  const tokensOfHost = introspection({ endpoint: `${host}/introspect`, timeout: 30, clientAuth })
  const other = await protect(t, { tokens: tokensOfHost })
  const similar = [
    `${long}1`,
    `${long}2`,
    `1${long}`,
    `2${long}`,
    'a.b',
    'ab',
    'a',
    'A',
    'a=',
    'a==',
  ]
  for (let i = 0; i < 2; i++) {
    for (const token of similar) {
      t.is((await other.send(token)).status, 200)
      t.is(other.admitted.at(-1)?.subject, digestOf(token))
      t.is((await other.send(`${token.replaceAll('=', '')}0`)).status, 401)
    }
  }
  const [alice, bob] = [as.opaqueToken({ sub: 'alice' }), as.opaqueToken({ sub: 'bob' })]
  const sent = Array.from({ length: 20 }, async (_, i) => api.send(i % 2 ? alice : bob))
  const subjects = (await Promise.all(sent)).map(
    ({ body }) => (JSON.parse(body) as { subject: string }).subject,
  )
  t.deepEqual(
    subjects,
    subjects.map((_, i) => (i % 2 ? 'alice' : 'bob')),
  )
})

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

test('CVE-2025-59936: the keys of one issuer are nobody else’s, though they have the same kid', async (t) => {
  const keys = [newKey('same'), newKey('same')] as const
  const hosts = [await publish(t, keys[0]), await publish(t, keys[1])] as const
  const api = await protect(t, {
    tokens: hosts.map(({ url }) => jwt({ issuer: url, timeout: 30, ...impatient })),
  })
  for (let round = 0; round < 2; round++) {
    for (const i of [0, 1] as const) {
      for (const j of [0, 1] as const) {
        const { status } = await api.send(keys[i].token(hosts[j].url))
        t.is(status, i === j ? 200 : 401)
      }
    }
  }
})

test('CVE-2026-48524: forged kids during an outage cost no key that was there', async (t) => {
  const host = await publish(t, key)
  const api = await protect(t, {
    tokens: jwt({ issuer: host.url, timeout: 30, minAge: 0, maxAge: 0.05, ...impatient }),
  })
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = respond(500)
  for (let i = 0; i < 100; i++) {
    isOutage(t, await api.send(key.token(host.url, { kid: `forged-${i}` })))
    t.is((await api.send(key.token(host.url))).status, 200)
  }
})

test('jwks-rsa rateLimit, jose cooldownDuration: not every unknown kid is a fetch', async (t) => {
  const host = await publish(t, key)
  const api = await protect(t, { tokens: jwt({ issuer: host.url, timeout: 30, coolDown: 0.5 }) })
  t.is((await api.send(key.token(host.url))).status, 200)
  const begin = performance.now()
  const forged = Array.from({ length: 100 }, (_, i) =>
    api.send(key.token(host.url, { kid: `forged-${i}` })),
  )
  for (const { status } of await Promise.all(forged)) t.is(status, 401)
  t.true(host.count('/jwks') <= 2 + (performance.now() - begin) / 500)
})

test('CVE-2025-64527: a fetch that fails while a request has several tokens is an ordinary refusal', async (t) => {
  const host = await publish(t, key)
  host.replies['/jwks'] = respond(503)
  const api = await protect(t, { tokens: jwt({ issuer: host.url, timeout: 30, ...impatient }) })
  const good = key.token(host.url)
  const lines = [`Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`]
  t.is((await sendRaw(api.url, ['GET / HTTP/1.1', ...lines])).status, 400)
  isOutage(t, await api.send(good))
  host.replies['/jwks'] = keySet(key)
  await sendUntil(api, good, (status) => status === 200)
})

test('CVE-2021-21378: where no token is needed a bad one is refused all the same', async (t) => {
  const host = await publish(t, key)
  const api = await protect(t, {
    tokens: jwt({ issuer: host.url, timeout: 30, ...impatient }),
    anonymous: true,
  })
  t.is((await api.send()).status, 200)
  host.replies['/jwks'] = respond(503)
  isOutage(t, await api.send(key.token(host.url)))
  host.replies['/jwks'] = keySet(key)
  await sendUntil(api, key.token(host.url), (status) => status === 200)
  for (const bad of [newKey('a').token(host.url), key.token(issuer), unsigned, 'opaque']) {
    t.is((await api.send(bad)).status, 401)
  }
  t.is((await api.send('not a token')).status, 400)
})

test('CVE-2026-22036, CVE-2026-2581: thousands of encodings and endless answers are given up, once for all who wait', async (t) => {
  const host = await publish(t, key)
  const api = await protect(t, { tokens: jwt({ issuer: host.url, timeout: 30, ...impatient }) })
  const encodings = { 'Content-Encoding': 'gzip,'.repeat(2500) }
  host.replies['/jwks'] = respond(200, keySet(key), encodings)
  isOutage(t, await api.send(key.token(host.url)))
  let chunks = 0
  host.replies['/jwks'] = (_, response) => {
    const more = (error?: Error | null): void => {
      chunks += 1
      if (!error) response.write(' '.repeat(65_536), (failed) => setImmediate(more, failed))
    }
    more()
  }
  const before = host.count('/jwks')
  const options = { issuer: host.url, timeout: 30, coolDown: 60, maxBackOff: 60 }
  const { send } = await protect(t, { tokens: jwt(options) })
  const waiting = await Promise.all(Array.from({ length: 50 }, () => send(key.token(host.url))))
  for (const answer of waiting) isOutage(t, answer)
  t.is(host.count('/jwks'), before + 1)
  t.true(chunks < 1000, `${chunks} chunks of 64 KiB`)
})

test('CVE-2022-31151, CVE-2024-28849: no redirect is followed, so no credentials go where it leads', async (t) => {
  const asked: string[] = []
  const evil = await serve(t, (request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    response.end(JSON.stringify({ active: true, aud: audience, ...keySet(key) }))
  })
  const url = await serve(t, (request, response) => {
    response.writeHead(307, { Location: evil + request.url! }).end()
  })
  const api = await protect(t, {
    tokens: [
      jwt({ issuer: url, timeout: 30 }),
      jwt({ issuer, jwksUri: `${url}/jwks` }),
      introspection({ endpoint: `${url}/introspect`, timeout: 30, clientAuth }),
    ],
  })
  for (const token of [key.token(url), key.token(issuer), 'opaque']) {
    isOutage(t, await api.send(token))
  }
  t.deepEqual(asked, [])
})

test('CVE-2026-48931: an answer that nobody asked for does not answer the next question', async (t) => {
  const answer = (active: boolean): string => {
    const body = JSON.stringify({ active, aud: audience, sub: 'alice', client_id: 'client-1' })
    return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }
  for (const pause of [0, 20]) {
    let unasked = 0
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (data) => {
        if (!String(data).includes('token=')) return
        const good = String(data).includes('token=good')
        socket.write(answer(good))
        setTimeout(() => socket.write(answer(true), () => (unasked += 1)), pause)
      })
    }).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    t.teardown(() => server.close())
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`
    const { send } = await protect(t, {
      tokens: introspection({ endpoint, timeout: 30, clientAuth, maxAge: 0 }),
    })
    t.is((await send('good')).status, 200)
    await until(() => unasked === 1)
    await delay(20)
    for (const bad of ['revoked', 'another']) t.is((await send(bad)).status, 401, bad)
  }
})

test('CVE-2024-24814, CVE-2025-3891, CVE-2025-31492: odd requests reach no handler and crash nothing', async (t) => {
  const api = await protect(t, { tokens })
  const odd: readonly (readonly string[])[] = [
    ['GET / HTTP/1.1', 'Authorization: '],
    ['GET / HTTP/1.1', 'Authorization: Bearer'],
    ['GET / HTTP/1.1', 'Authorization: Bearer '],
    ['GET / HTTP/1.1', 'Authorization: ,,,'],
    ['GET / HTTP/1.1', 'Authorization: \xff\xfe'],
    ['GET / HTTP/1.1', `Authorization: Bearer ${'='.repeat(9000)}`],
    ['GET / HTTP/1.1', `Authorization: ${'Bearer '.repeat(1500)}`],
    ['GET / HTTP/1.1', 'Authorization: Basic OjpbOjo='],
    ['GET / HTTP/1.1', 'Cookie: mod_auth_openidc_session=%00; ;;;=;'],
    ['POST / HTTP/1.1', 'Content-Length: 0'],
    ['POST / HTTP/1.1', 'Content-Type: ;;;', 'Content-Length: 3', '', 'a=b'],
    [
      'POST /?openid HTTP/1.1',
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 0',
    ],
    ['OPTIONS * HTTP/1.1'],
    ['PROPFIND / HTTP/1.1'],
    ['TRACE / HTTP/1.1'],
    ['GET //// HTTP/1.1'],
    ['GET /%00 HTTP/1.1'],
    ['GET /%ff%fe?%c0%af HTTP/1.1'],
    ['GET http://evil.example.com/ HTTP/1.1'],
    ['GET ? HTTP/1.1'],
    ['GET / HTTP/1.0'],
  ]
  for (const lines of odd) {
    const { status } = await sendRaw(api.url, lines)
    t.true([400, 401].includes(status), `${status}: ${lines.join(' | ').slice(0, 80)}`)
  }
  t.deepEqual(api.admitted, [])
  t.is((await api.send(key.token(issuer))).status, 200)
})

// Transport, proxies, challenge

test('CVE-2026-40575, CVE-2025-54576: no header and no query makes a protected route public', async (t) => {
  for (const proxy of [false, true]) {
    const api = await protect(t, { tokens })
    api.app.proxy = proxy
    for (const name of [
      'X-Forwarded-Uri',
      'X-Forwarded-Path',
      'X-Forwarded-Prefix',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-Original-Method',
      'X-HTTP-Method-Override',
      'X-Forwarded-Method',
      'X-Forwarded-User',
      'X-Auth-Request-User',
      'X-Forwarded-For',
      'X-Forwarded-Host',
      'Forwarded',
    ]) {
      for (const value of [
        '/public',
        'OPTIONS',
        'alice',
        '127.0.0.1',
        'for=127.0.0.1;proto=https',
      ]) {
        const { status } = await api.send(undefined, {
          headers: { [name]: value },
          path: '/?/public',
        })
        t.is(status, 401, `${name}: ${value}`)
      }
    }
    t.deepEqual(api.admitted, [])
  }
})

test('CVE-2025-64484: the token comes in Authorization, and in nothing that is spelled like it', async (t) => {
  const api = await protect(t, { tokens })
  const good = key.token(issuer)
  for (const name of [
    'X-Authorization',
    'X_Authorization',
    'Authorization_',
    'HTTP_Authorization',
    'X-Forwarded-Authorization',
    'X-Forwarded-Access-Token',
    'X_Forwarded_Access_Token',
    'X-Access-Token',
    'X-Auth-Token',
    'Access-Token',
    'access_token',
    'Proxy-Authorization',
  ]) {
    for (const value of [good, `Bearer ${good}`]) {
      const { status, bearer } = await api.send(undefined, { headers: { [name]: value } })
      t.is(status, 401, name)
      t.deepEqual(bearer, { realm: audience }, name)
    }
  }
  const cookie = await api.send(undefined, { headers: { Cookie: `access_token=${good}` } })
  t.deepEqual(cookie.bearer, { realm: audience })
  t.deepEqual(api.admitted, [])
})

test('CVE-2020-8595, CVE-2026-22753, CVE-2026-22754: a route is protected however its path is spelled', async (t) => {
  const router = new Router<AuthState>()
  const nested = new Router<AuthState>({ prefix: '/v1' })
  const protectedBy = resourceServer({ audience, tokens })
  let reached = 0
  const secret = (ctx: Koa.Context): void => {
    reached += 1
    ctx.body = 'secret'
  }
  router.get('/public', (ctx) => (ctx.body = 'public'))
  router.all('/orders', protectedBy, secret)
  nested.all('/orders/:id', protectedBy, secret)
  const app = new Koa()
  app.use(router.routes()).use(nested.routes())
  const url = await listen(t, app)
  const spellings = ['/orders', '/v1/orders/7'].flatMap((path) => [
    path,
    `${path}?`,
    `${path}?/public`,
    `${path}#`,
    `${path}#/public`,
    `${path}?#`,
    `${path}/`,
    `${path}//`,
    `/${path}`,
    `/.${path}`,
    `/public/..${path}`,
    `/public?${path}`,
    `${path}%2f`,
    `${path}%3f`,
    `${path}%23`,
    `${path};a`,
    `${path}%00`,
    path.toUpperCase(),
    path.replace('o', '%6f'),
    `http://evil.example.com${path}`,
  ])
  for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'PATCH']) {
    for (const path of spellings) {
      const { status } = await sendRaw(url, [`${method} ${path} HTTP/1.1`, 'Content-Length: 0'])
      t.not(status, 500, `${method} ${path}`)
    }
  }
  t.is(reached, 0)
  t.is((await sender(url)(undefined, { path: '/public' })).status, 200)
  for (const path of ['/orders?x', '/v1/orders/7']) {
    t.is((await sender(url)(key.token(issuer), { path })).status, 200)
  }
  t.is(reached, 2)
})

test('CVE-2026-22754: a guard lets nobody pass whom the router has led around the resource server', async (t) => {
  // `use` of a router with a prefix minds the case of its path, `get` does not.
  const router = new Router<AuthState>({ prefix: '/v1' })
  router.use(resourceServer({ audience, tokens }))
  router.get('/orders', requireScope('orders:read'), (ctx) => (ctx.body = 'secret'))
  const app = new Koa()
  app.on('error', () => undefined)
  app.use(router.routes())
  const send = sender(await listen(t, app))
  const good = key.token(issuer, {}, { scope: 'orders:read' })
  t.is((await send(good, { path: '/v1/orders' })).status, 200)
  for (const token of [undefined, 'opaque', key.token('https://evil.example.com')]) {
    for (const path of ['/v1/orders', '/V1/orders', '/v1/ORDERS']) {
      const { status, body } = await send(token, { path })
      t.true([401, 500].includes(status), `${path}: ${status}`)
      t.not(body, 'secret')
    }
  }
})

test('CVE-2026-27959: nothing is made of the Host header', async (t) => {
  const api = await protect(t, { tokens })
  const good = `Authorization: Bearer ${key.token(issuer)}`
  for (const host of [
    'evil.com@api.example.com',
    'api.example.com@evil.com',
    'evil.com/?',
    'evil.com#',
    '[evil.com',
    'evil.com:99999',
    '"evil.com"',
  ]) {
    const lines = ['GET / HTTP/1.1', `X-Forwarded-Host: ${host}`]
    for (const more of [[], ['Authorization: Bearer opaque'], [good]]) {
      const { status, challenges } = await sendHost(api.url, host, [...lines, ...more])
      t.true([200, 400, 401].includes(status), `${host}: ${status}`)
      t.false(JSON.stringify(challenges).includes('evil'), host)
    }
  }
})

/** As sendRaw, under another name. */
async function sendHost(
  url: string,
  host: string,
  lines: readonly string[],
): ReturnType<typeof sendRaw> {
  return sendRaw(url, [...lines, `Host: ${host}`])
}

test('CVE-2026-27959, CVE-2025-25200: the versions of Koa that are affected are out of range', (t) => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { peerDependencies } = JSON.parse(text) as { peerDependencies: { koa: string } }
  const least = [...peerDependencies.koa.matchAll(/\^(\d+)\.(\d+)\.(\d+)/g)].map((found) =>
    found.slice(1).map(Number),
  )
  t.is(peerDependencies.koa, least.map((version) => `^${version.join('.')}`).join(' || '))
  const fixed: Readonly<Record<number, number>> = { 2: 2_016_004, 3: 3_001_002 }
  for (const [major = 0, minor = 0, patch = 0] of least) {
    t.true(major * 1e6 + minor * 1e3 + patch >= fixed[major]!, `${major}.${minor}.${patch}`)
  }
})

test('CVE-2025-25200: what proxies say is not read unless they are trusted, and is quickly read then', async (t) => {
  const api = await protect(t, { tokens })
  const hostile = `https${' '.repeat(7000)},${' '.repeat(7000)}x`
  for (const proxy of [false, true]) {
    api.app.proxy = proxy
    for (const name of ['X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-For']) {
      const { status } = await api.send(undefined, { headers: { [name]: hostile } })
      t.is(status, 401, name)
    }
  }
  api.app.proxy = false
  const headers = { 'X-Forwarded-Proto': 'http' }
  t.is((await api.send(key.token(issuer), { headers })).status, 200)
})

test('CVE-2024-49755: a token that is bound to a key is refused where nobody proves to hold it', async (t) => {
  const bindings = [
    { jkt: 'x' },
    { 'x5t#S256': 'x' },
    { jwk: key.jwk },
    { unknown: 'x' },
    {},
    [],
    'x',
    null,
  ]
  const forged = bindings.map((cnf) => [JSON.stringify(cnf), key.token(issuer, {}, { cnf })])
  await noneIsAdmitted(t, await protect(t, { tokens }), Object.fromEntries(forged))
})

// Seen in widely used stacks

test('seen 1: when the authorization server is down, a good token is not called bad', async (t) => {
  const host = await publish(t, key)
  host.replies['/.well-known/oauth-authorization-server'] = respond(502)
  const api = await protect(t, {
    tokens: [
      jwt({ issuer: host.url, timeout: 30 }),
      introspection({ issuer: host.url, timeout: 30, clientAuth }),
    ],
  })
  for (const token of [key.token(host.url), 'opaque']) isOutage(t, await api.send(token))
})

test('seen 2: the metadata of another issuer are not used, and never say who the issuer is', async (t) => {
  const evil = newKey('a')
  const evilHost = await publish(t, evil)
  const host = await publish(t, key)
  host.replies['/.well-known/oauth-authorization-server'] = {
    issuer: evilHost.url,
    jwks_uri: `${evilHost.url}/jwks`,
  }
  const api = await protect(t, { tokens: jwt({ issuer: host.url, timeout: 30, ...impatient }) })
  t.is((await api.send(evil.token(evilHost.url))).status, 401)
  isOutage(t, await api.send(evil.token(host.url)))
  t.is(evilHost.count('/jwks'), 0)
})

test('seen 3: a second Authorization field does not hide behind the first', async (t) => {
  const api = await protect(t, { tokens })
  const good = `Authorization: Bearer ${key.token(issuer)}`
  for (const other of [
    'Authorization: Bearer x',
    'authorization: Basic x',
    'AUTHORIZATION:',
    good,
  ]) {
    for (const lines of [
      [good, other],
      [other, good],
    ]) {
      t.is((await sendRaw(api.url, ['GET / HTTP/1.1', ...lines])).status, 400)
    }
  }
  t.deepEqual(api.admitted, [])
})

test('seen 4: no word of a token or of a library gets into an answer', async (t) => {
  const api = await protect(t, { tokens })
  const hostile = [
    `${canary}"`,
    `${canary}\\`,
    `${canary}\r\nSet-Cookie: a=b`,
    `${canary}\ud800é`,
    `${canary}\0`,
  ]
  const parameters = hostile.flatMap((text) => [
    { crit: [text], [text]: 1 },
    { alg: text },
    { typ: text },
    { kid: text },
    { kid: text, alg: 'RS256' },
  ])
  const forged = [
    ...parameters.map((more) => key.token(issuer, more)),
    ...hostile.map((text) => key.token(issuer, {}, { aud: text, sub: text, exp: 1 })),
    ...hostile.map(
      (text) =>
        `${encode(header)}.${Buffer.from(`{"a":${text}`, 'latin1').toString('base64url')}.AAAA`,
    ),
    ...hostile.map((text) => `${Buffer.from(text, 'latin1').toString('base64url')}.e30.AAAA`),
    `${canary}.${canary}.${canary}`,
  ]
  for (const token of forged) {
    const { status, headers, body, bearer } = await api.send(token)
    t.is(status, 401)
    t.deepEqual(Object.keys(bearer ?? {}), ['realm', 'error', 'error_description'])
    t.is(headers.get('Set-Cookie'), null)
    t.false(JSON.stringify([...headers, body]).includes(canary))
  }
})

test('seen 5: base64url is read strictly', async (t) => {
  const [head, payload, signature = ''] = key.token(issuer).split('.')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const stray = signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.at(-1)!) + 1]!
  const [dashed = '', other = ''] = await untilDashed()
  await noneIsAdmitted(t, await protect(t, { tokens }), {
    'stray bits': `${head}.${payload}.${stray}`,
    padding: `${head}.${payload}.${signature}==`,
    'the other alphabet': other,
  })
  t.is((await (await protect(t, { tokens })).send(dashed)).status, 200)
})

/** A token whose signature has characters that the two alphabets spell differently, in both. */
async function untilDashed(): Promise<readonly string[]> {
  for (;;) {
    const token = key.token(issuer)
    const [head, payload, signature = ''] = token.split('.')
    const other = signature.replaceAll('-', '+').replaceAll('_', '/')
    if (other !== signature) return [token, `${head}.${payload}.${other}`]
  }
}

test('seen 6: a token without an end, or with one that is infinite, is refused', async (t) => {
  const { privateKey, publicKey: verifying } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...verifying.export({ format: 'jwk' }), kid: 'a' }
  const api = await protect(t, { tokens: jwt({ issuer, jwks: { keys: [jwk] } }) })
  const ending = (exp: string): string => {
    const payload = JSON.stringify({ ...claims, exp: 0 }).replace('"exp":0', exp)
    return signCompact(header, payload, privateKey, 'ES256')
  }
  await noneIsAdmitted(t, api, {
    absent: ending('"x":0'),
    infinite: ending('"exp":1e400'),
    text: ending('"exp":"9999999999"'),
  })
  t.is((await api.send(ending('"exp":9999999999'))).status, 200)
})

test('seen 7: one odd entry does not spoil a key set, and e = 1 is no key', async (t) => {
  const rsa = newKey('b', 'RS256')
  const host = await publish(t)
  host.replies['/jwks'] = {
    keys: [null, 'x', 7, [], { kty: 'x' }, { ...rsa.jwk, e: 'AQ' }, key.jwk],
  }
  const api = await protect(t, { tokens: jwt({ issuer: host.url, timeout: 30, ...impatient }) })
  t.is((await api.send(key.token(host.url))).status, 200)
  t.is((await api.send(rsa.token(host.url))).status, 401)
})

test('seen 8: client identifier and secret are form-encoded before Basic', async (t) => {
  const sent: (string | undefined)[] = []
  const url = await serve(t, (request, response) => {
    sent.push(request.headers.authorization)
    response.end('{"active":false}')
  })
  const odd = clientSecretBasic('a:b', 'c+d %')
  const api = await protect(t, {
    tokens: introspection({ endpoint: `${url}/introspect`, timeout: 30, clientAuth: odd }),
  })
  t.is((await api.send('opaque')).status, 401)
  t.deepEqual(sent, [`Basic ${Buffer.from('a%3Ab:c%2Bd+%25').toString('base64')}`])
})

test('seen 9: requests share no claims that one of them could change', async (t) => {
  const as = await issuing(t)
  const api = await protect(
    t,
    {
      tokens: [
        jwt({ issuer: as.issuer, timeout: 30 }),
        introspection({ issuer: as.issuer, timeout: 30, clientAuth, maxAge: 60 }),
      ],
    },
    async (ctx, next) => {
      const { claims: said } = ctx.state['auth'] as { claims: { roles: string[] } }
      t.throws(() => said.roles.push('admin'), { instanceOf: TypeError })
      t.false(Reflect.set(said, 'sub', 'root'))
      await next()
    },
  )
  for (const token of [
    await as.accessToken({ roles: ['reader'] }),
    as.opaqueToken({ roles: ['reader'] }),
  ]) {
    for (let i = 0; i < 2; i++) {
      t.is((await api.send(token)).status, 200)
      t.like(api.admitted.at(-1)?.claims, { roles: ['reader'], sub: 'resource-owner-1' })
    }
  }
})
