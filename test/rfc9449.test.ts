import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import {
  clientSecretBasic,
  introspection,
  jwt,
  memoryStore,
  requireScope,
  resourceServer,
  type Store,
} from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { dpopKey } from 'koa-resource-server/testing'
import { sha256, thumbprintOf } from '../src/signatures/thumbprint.ts'
import { clientKey, dpopApi, type DpopAnswer, type Presented } from './dpop.ts'
import { audience, protect } from './kit.ts'
import { encode, signCompact, signInput } from './sign-compact.ts'

const seconds = (): number => Math.floor(Date.now() / 1000)

function refused(t: ExecutionContext, answer: DpopAnswer, error: string, what?: string): void {
  t.is(answer.status, 401, what)
  t.is(answer.error, error, what)
}

/** Requests that an API must refuse for their proof, each good but for one thing. */
function refuses(
  title: string,
  cases: readonly (readonly [what: string, different: Presented, reason: string])[],
): void {
  test(title, async (t) => {
    const { present, refusals } = await dpopApi(t)
    t.is((await present()).status, 200, 'a good one passes')
    for (const [what, different, reason] of cases) {
      refused(t, await present(different), 'invalid_dpop_proof', what)
      t.is(refusals.at(-1)?.reason, reason, what)
    }
    t.is((await present()).status, 200, 'and still does')
  })
}

test('RS-122 §4.3-1: exactly one DPoP field', async (t) => {
  const { present, proof, refusals } = await dpopApi(t)
  const lists = [
    [],
    [proof(), proof()],
    [proof(), ''],
    [`${proof()}, ${proof()}`],
    [`${proof()},`],
    [''],
  ]
  for (const fields of lists) {
    refused(t, await present({ fields }), 'invalid_dpop_proof', `${fields.length} fields`)
  }
  t.deepEqual(
    refusals.map(({ reason }) => reason),
    ['missing', 'malformed', 'malformed', 'malformed', 'malformed', 'malformed'],
  )
})

test('RS-123 §4.3-2: the proof is one well-formed JWT', async (t) => {
  const { present, proof } = await dpopApi(t)
  const [header = '', claims = '', signature = ''] = proof().split('.')
  const forms = {
    'no JWT': 'proof',
    'two parts': `${header}.${claims}`,
    'four parts': `${header}.${claims}.${signature}.`,
    'no signature': `${header}.${claims}.`,
    padding: `${header}.${claims}.${signature}==`,
    'another alphabet': `${header}.${claims}.${signature.slice(0, -2)}+/`,
    'white space': `${header}. ${claims}.${signature}`,
    'a header that is no object': `${encode('[]')}.${claims}.${signature}`,
    'claims that are no object': `${header}.${encode('"x"')}.${signature}`,
    'claims that are no JSON': `${header}.${encode('{')}.${signature}`,
    'a JSON serialization': JSON.stringify({ protected: header, payload: claims, signature }),
    'a scheme before it': `DPoP ${header}.${claims}.${signature}`,
  }
  for (const [what, form] of Object.entries(forms)) {
    refused(t, await present({ fields: [form] }), 'invalid_dpop_proof', what)
  }
})

test('RS-123: stray bits in the encoding of a good signature are refused', async (t) => {
  const { present, proof } = await dpopApi(t)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const good = proof()
  const last = alphabet.indexOf(good.at(-1)!)
  t.is(last % 16, 0, '64 octets leave four bits over')
  const stray = good.slice(0, -1) + alphabet[last + 1]!
  refused(t, await present({ fields: [stray] }), 'invalid_dpop_proof')
  t.is((await present({ fields: [good] })).status, 200)
})

refuses('RS-124 §4.2, §4.3-3: typ, alg, jwk, jti, htm, htu, iat and ath are all there', [
  ['no typ', { header: { typ: undefined } }, 'typ'],
  ['no alg', { header: { alg: undefined } }, 'algorithm'],
  ['no jwk', { header: { jwk: undefined } }, 'key'],
  ['no jti', { claims: { jti: undefined } }, 'claims'],
  ['no htm', { claims: { htm: undefined } }, 'claims'],
  ['no htu', { claims: { htu: undefined } }, 'claims'],
  ['no iat', { claims: { iat: undefined } }, 'claims'],
  ['no ath', { claims: { ath: undefined } }, 'claims'],
])

refuses('RS-124: each claim has its type', [
  ['jti is a number', { claims: { jti: 1 } }, 'claims'],
  ['jti is empty', { claims: { jti: '' } }, 'claims'],
  ['jti is an array', { claims: { jti: ['a'] } }, 'claims'],
  ['jti is null', { claims: { jti: null } }, 'claims'],
  ['htm is an array', { claims: { htm: ['GET'] } }, 'claims'],
  ['htu is an array', { claims: { htu: [`${audience}/`] } }, 'claims'],
  ['htu is an object', { claims: { htu: { href: `${audience}/` } } }, 'claims'],
  ['iat is a string', { claims: { iat: String(seconds()) } }, 'claims'],
  ['iat is null', { claims: { iat: null } }, 'claims'],
  ['iat is a boolean', { claims: { iat: true } }, 'claims'],
  ['ath is an array', { claims: { ath: ['a'] } }, 'claims'],
  ['nonce is a number', { claims: { nonce: 1 } }, 'claims'],
])

test('RS-124, RS-133: an iat beyond all numbers is no date', async (t) => {
  const { present, proof, key } = await dpopApi(t)
  const [header = '', claims = ''] = proof().split('.')
  const text = Buffer.from(claims, 'base64url').toString()
  for (const iat of ['1e400', '-1e400']) {
    const forged = `${header}.${encode(text.replace(/"iat":\d+/, `"iat":${iat}`))}`
    const answer = await present({ fields: [signInput(forged, key.privateKey, 'ES256')] })
    refused(t, answer, 'invalid_dpop_proof', iat)
  }
})

refuses('RS-125 §4.3-4: typ is dpop+jwt', [
  ['JWT', { header: { typ: 'JWT' } }, 'typ'],
  ['at+jwt', { header: { typ: 'at+jwt' } }, 'typ'],
  ['dpop', { header: { typ: 'dpop' } }, 'typ'],
  ['an array', { header: { typ: ['dpop+jwt'] } }, 'typ'],
  ['with a space', { header: { typ: 'dpop+jwt ' } }, 'typ'],
])

refuses('RS-126 §4.3-5: alg is asymmetric, and accepted', [
  ['none', { header: { alg: 'none' } }, 'algorithm'],
  ['NONE', { header: { alg: 'NONE' } }, 'algorithm'],
  ['HS256', { header: { alg: 'HS256' } }, 'algorithm'],
  ['RS256, which is not accepted by default', { key: clientKey('RS256') }, 'algorithm'],
  ['unheard of', { header: { alg: 'ES999' } }, 'algorithm'],
  ['__proto__', { header: { alg: '__proto__' } }, 'algorithm'],
  ['es256', { header: { alg: 'es256' } }, 'algorithm'],
  ['an array', { header: { alg: ['ES256'] } }, 'algorithm'],
])

for (const alg of ['ES256', 'ES384', 'PS256', 'Ed25519', 'EdDSA']) {
  test(`RS-126 §4.3-5: proofs by ${alg} are accepted`, async (t) => {
    const { as, present } = await dpopApi(t)
    const key = clientKey(alg)
    const token = await as.accessToken({ cnf: { jkt: key.jkt } })
    for (const again of [1, 2]) t.is((await present({ key, token })).status, 200, String(again))
  })
}

test('RS-126: the accepted algorithms are an option', async (t) => {
  const { as, present } = await dpopApi(t, { algorithms: ['RS256'] })
  const key = clientKey('RS256')
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  t.is((await present({ key, token })).status, 200)
  refused(t, await present(), 'invalid_dpop_proof', 'ES256')
})

test('RS-127 §4.3-6: the signature verifies with jwk', async (t) => {
  const { present, proof, key, refusals } = await dpopApi(t)
  const other = clientKey()
  const [header = '', claims = '', signature = ''] = proof().split('.')
  const zeros = Buffer.alloc(64).toString('base64url')
  const der = signCompact({}, {}, key.privateKey, 'ES256').slice(0, 60)
  const forms = {
    'by another key': proof({ key: { ...other, jwk: key.jwk } }),
    'of other claims': `${header}.${proof().split('.')[1]}.${signature}`,
    'of zeros': `${header}.${claims}.${zeros}`,
    'too short': `${header}.${claims}.${Buffer.from(signature, 'base64url').subarray(1).toString('base64url')}`,
    'too long': `${header}.${claims}.${Buffer.from(`${signature}AAAA`, 'base64url').toString('base64url')}`,
    'in DER': `${header}.${claims}.${Buffer.from(der).toString('base64url')}`,
  }
  for (const [what, form] of Object.entries(forms)) {
    refused(t, await present({ fields: [form] }), 'invalid_dpop_proof', what)
    t.is(refusals.at(-1)?.reason, 'signature', what)
  }
})

test('RS-128 §4.3-7: jwk has no private member', async (t) => {
  const { present, key, refusals } = await dpopApi(t)
  const secret = key.privateKey.export({ format: 'jwk' })['d']
  t.is((await present()).status, 200)
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']) {
    const jwk = { ...key.jwk, [member]: member === 'd' ? secret : 'AQAB' }
    refused(t, await present({ header: { jwk } }), 'invalid_dpop_proof', member)
    t.is(refusals.at(-1)?.reason, 'key', member)
  }
})

test('RS-127, RS-128: a jwk that is no public key for alg is refused', async (t) => {
  const { present, key, refusals } = await dpopApi(t)
  const { kty, crv, x } = key.jwk
  const keys: Record<string, unknown> = {
    'a text': 'key',
    'an array': [key.jwk],
    null: null,
    empty: {},
    symmetric: { kty: 'oct', k: 'AAAA' },
    'off the curve': { ...key.jwk, y: x },
    'without y': { kty, crv, x },
    'of another curve': clientKey('ES384').jwk,
    'of another type': clientKey('Ed25519').jwk,
    'for encryption': { ...key.jwk, use: 'enc' },
    'for signing alone': { ...key.jwk, key_ops: ['sign'] },
    'for another algorithm': { ...key.jwk, alg: 'ES384' },
    'with numbers': { kty, crv, x: 1, y: 2 },
    'the point at infinity': { kty, crv, x: 'AA', y: 'AA' },
  }
  for (const [what, jwk] of Object.entries(keys)) {
    refused(t, await present({ header: { jwk } }), 'invalid_dpop_proof', what)
    t.is(refusals.at(-1)?.reason, 'key', what)
  }
  t.is((await present()).status, 200)
})

test('RS-126, RS-127: weak keys, and RSA keys above 4096 bits, are refused', async (t) => {
  const { as, present, refusals } = await dpopApi(t, { maxProofSize: 10_000 })
  const strong = clientKey('PS256')
  for (const bits of [1024, 6144]) {
    // To make a long key takes seconds; its number alone is looked at.
    const number = randomBytes(bits / 8)
    number[0]! |= 0x80
    number[bits / 8 - 1]! |= 1
    const jwk = { kty: 'RSA', e: 'AQAB', n: number.toString('base64url') }
    const key = { ...strong, jwk, jkt: thumbprintOf(jwk) }
    const token = await as.accessToken({ cnf: { jkt: key.jkt } })
    refused(t, await present({ key, token }), 'invalid_dpop_proof', `${bits} bits`)
    t.is(refusals.at(-1)?.reason, 'key')
  }
})

refuses('RS-129 §4.3-8: htm equals the method, letter for letter', [
  ['another', { claims: { htm: 'POST' } }, 'method'],
  ['lower case', { claims: { htm: 'get' } }, 'method'],
  ['with a space', { claims: { htm: 'GET ' } }, 'method'],
  ['HEAD for GET', { claims: { htm: 'HEAD' } }, 'method'],
  ['GET for HEAD', { method: 'HEAD', claims: { htm: 'GET' } }, 'method'],
  ['GET for POST', { method: 'POST', claims: { htm: 'GET' } }, 'method'],
])

test('RS-129: a header that stands for another method counts for nothing', async (t) => {
  const { present } = await dpopApi(t)
  const headers = { 'X-HTTP-Method-Override': 'DELETE' }
  refused(t, await present({ headers, claims: { htm: 'DELETE' } }), 'invalid_dpop_proof')
  t.is((await present({ headers })).status, 200)
})

refuses('RS-130 §4.3-9: htu equals the URL of the request', [
  ['another path', { path: '/orders', claims: { htu: `${audience}/other` } }, 'uri'],
  ['a prefix of the path', { path: '/orders', claims: { htu: `${audience}/` } }, 'uri'],
  ['more of a path', { claims: { htu: `${audience}/orders` } }, 'uri'],
  ['a slash at the end', { path: '/orders', claims: { htu: `${audience}/orders/` } }, 'uri'],
  ['another case of the path', { path: '/orders', claims: { htu: `${audience}/Orders` } }, 'uri'],
  ['another host', { claims: { htu: 'https://other.example.com/' } }, 'uri'],
  ['a host below', { claims: { htu: 'https://a.api.example.com/' } }, 'uri'],
  ['http', { claims: { htu: 'http://api.example.com/' } }, 'uri'],
  ['another port', { claims: { htu: 'https://api.example.com:8443/' } }, 'uri'],
  ['a path alone', { claims: { htu: '/' } }, 'uri'],
  ['no scheme', { claims: { htu: '//api.example.com/' } }, 'uri'],
  ['userinfo', { claims: { htu: 'https://api.example.com@other.example.com/' } }, 'uri'],
  ['userinfo before it', { claims: { htu: 'https://a@api.example.com/' } }, 'uri'],
  ['white space', { claims: { htu: ` ${audience}/` } }, 'uri'],
  ['a tab that parsers drop', { claims: { htu: 'https://api.exam\tple.com/' } }, 'uri'],
  ['a backslash', { claims: { htu: 'https:\\\\api.example.com\\' } }, 'uri'],
  ['one slash', { claims: { htu: 'https:/api.example.com/' } }, 'uri'],
  ['an encoded slash', { path: '/a/b', claims: { htu: `${audience}/a%2Fb` } }, 'uri'],
  ['full-width letters', { claims: { htu: 'https://ａpi.example.com/' } }, 'uri'],
  ['a query for the path', { path: '/?/orders', claims: { htu: `${audience}/orders` } }, 'uri'],
])

test('RS-130 §4.3-9: query and fragment count for nothing', async (t) => {
  const { present } = await dpopApi(t)
  for (const [path, htu] of [
    ['/orders?page=2', '/orders'],
    ['/orders', '/orders?page=2'],
    ['/orders?page=2', '/orders?page=3#top'],
    ['/orders?', '/orders#'],
    ['/orders?a=https://other.example.com/', '/orders'],
  ] as const) {
    t.is((await present({ path, claims: { htu: audience + htu } })).status, 200, `${path} ${htu}`)
  }
})

test('RS-131 §4.3: URLs are compared after syntax- and scheme-based normalisation', async (t) => {
  const { present } = await dpopApi(t)
  const same: readonly (readonly [path: string, htu: string])[] = [
    ['/', 'HTTPS://API.example.COM/'],
    ['/', 'https://api.example.com:443/'],
    ['/', 'https://api.example.com'],
    ['/a%2fb', 'https://api.example.com/a%2Fb'],
    ['/%7Ealice', 'https://api.example.com/~alice'],
    ['/~alice', 'https://api.example.com/%7ealice'],
    ['/a/b', 'https://api.example.com/a/./c/../b'],
    ['/a%20b', 'https://api.example.com/a%20b'],
    ['/caf%C3%A9', 'https://api.example.com/caf%c3%a9'],
    ['/a%zz', 'https://api.example.com/a%zz'],
  ]
  for (const [path, htu] of same) {
    t.is((await present({ path, claims: { htu } })).status, 200, `${path} ${htu}`)
  }
  const others: readonly (readonly [path: string, htu: string])[] = [
    ['/a%2Fb', 'https://api.example.com/a/b'],
    ['/a%25b', 'https://api.example.com/a%b'],
    ['/a+b', 'https://api.example.com/a%20b'],
    ['/a//b', 'https://api.example.com/a/b'],
  ]
  for (const [path, htu] of others) {
    t.is((await present({ path, claims: { htu } })).error, 'invalid_dpop_proof', `${path} ${htu}`)
  }
})

test('RS-158: the Host field says nothing about the URL', async (t) => {
  const { present, as } = await dpopApi(t)
  for (const host of ['other.example.com', 'api.example.com/orders?', 'api.example.com', 'a@b']) {
    const forged = `https://${host}/`
    const answer = await present({ headers: { Host: host }, claims: { htu: forged } })
    t.is(answer.status, host === 'api.example.com' ? 200 : 401, host)
    t.is((await present({ headers: { Host: host } })).status, 200, `${host}, for the audience`)
  }
  t.truthy(as)
})

test('RS-158: without app.proxy nothing that is forwarded counts', async (t) => {
  const { present } = await dpopApi(t)
  const headers = { 'X-Forwarded-Host': 'other.example.com', 'X-Forwarded-Proto': 'https' }
  const claims = { htu: 'https://other.example.com/' }
  refused(t, await present({ headers, claims }), 'invalid_dpop_proof')
})

test('RS-158: the target of a request in absolute form tells the path alone', async (t) => {
  const { present } = await dpopApi(t)
  const path = 'http://other.example.com/orders?a=1'
  const claims = { htu: `${audience}/orders` }
  t.is((await present({ path, claims })).status, 200)
  refused(t, await present({ path, claims: { htu: path } }), 'invalid_dpop_proof')
  const odd = '//other.example.com/orders'
  refused(t, await present({ path: odd, claims: { htu: `https:${odd}` } }), 'invalid_dpop_proof')
})

test('RS-158: baseUrl tells what the URLs of clients begin with', async (t) => {
  const server = { baseUrl: ['https://api.example.eu/v1/', 'http://localhost:3000'] }
  const { present } = await dpopApi(t, {}, server)
  const path = '/orders?page=2'
  const good = ['https://api.example.eu/v1/orders', 'http://localhost:3000/orders']
  for (const htu of good) t.is((await present({ path, claims: { htu } })).status, 200, htu)
  const bad = [
    `${audience}/orders`,
    'https://api.example.eu/orders',
    'https://localhost:3000/orders',
  ]
  for (const htu of bad) refused(t, await present({ path, claims: { htu } }), 'invalid_dpop_proof')
})

test('RS-158: behind app.proxy the proxy tells the host, one and well formed', async (t) => {
  const { as, key, token, proof } = await dpopApi(t)
  const { app, url } = await protect(t, {
    tokens: jwt({ issuer: as.issuer }),
    confirmation: dpop(),
  })
  app.proxy = true
  const under = async (host: string, htu: string, proto = 'https'): Promise<number> => {
    const headers = {
      Authorization: `DPoP ${token}`,
      DPoP: proof({ key, claims: { htu } }),
      'X-Forwarded-Host': host,
      'X-Forwarded-Proto': proto,
    }
    return (await fetch(url, { headers })).status
  }
  t.is(await under('orders.example.com', 'https://orders.example.com/'), 200)
  t.is(await under('orders.example.com:8443', 'https://orders.example.com:8443/'), 200)
  t.is(await under('orders.example.com', `${audience}/`), 200, 'the audience still counts')
  t.is(await under('orders.example.com', 'https://other.example.com/'), 401)
  t.is(await under('a.example.com, b.example.com', 'https://a.example.com/'), 401)
  t.is(await under('a.example.com/orders?', 'https://a.example.com/orders'), 401)
  t.is(await under('user@a.example.com', 'https://a.example.com/'), 401)
})

test('RS-158: where baseUrl is given, no proxy tells the host', async (t) => {
  const { as, token, proof } = await dpopApi(t)
  const { app, url } = await protect(t, {
    tokens: jwt({ issuer: as.issuer }),
    baseUrl: audience,
    confirmation: dpop(),
  })
  app.proxy = true
  const under = async (htu: string): Promise<number> => {
    const headers = {
      Authorization: `DPoP ${token}`,
      DPoP: proof({ claims: { htu } }),
      'X-Forwarded-Host': 'other.example.com',
      'X-Forwarded-Proto': 'https',
    }
    return (await fetch(url, { headers })).status
  }
  t.is(await under(`${audience}/`), 200)
  t.is(await under('https://other.example.com/'), 401)
})

test('RS-158: a target that is no path, nor in absolute form, has no URL', async (t) => {
  const { present, proof } = await dpopApi(t)
  for (const [path, htu] of [
    ['x://evil/orders', `${audience}x://evil/orders`],
    ['x://evil/orders', `${audience}/orders`],
    ['http://host:80x/orders', `${audience}/orders`],
    ['http://h%61dmin/orders', `${audience}/orders`],
    ['http://a;b/orders', `${audience}/orders`],
    ['http://a\\admin/orders', `${audience}/orders`],
    ['*', `${audience}/*`],
    ['*', audience],
  ] as const) {
    const fields = [proof({ claims: { htu } })]
    const { status } = await present({ path, fields })
    t.true([400, 401, 404].includes(status), `${path} ${htu}: ${status}`)
  }
})

test('RS-130: a target with dot segments has no URL, since routers keep what normalisation removes', async (t) => {
  const { present, proof } = await dpopApi(t, {}, { baseUrl: `${audience}/v1` })
  for (const path of [
    '/admin/../orders',
    '/admin/%2e%2e/orders',
    '/admin/.%2E/orders',
    '/./orders',
    '/orders/.',
    '/../other/orders',
    '/..',
  ]) {
    for (const htu of [`${audience}/v1${path}`, new URL(`${audience}/v1${path}`).href]) {
      const fields = [proof({ claims: { htu } })]
      refused(t, await present({ path, fields }), 'invalid_dpop_proof', `${path} ${htu}`)
    }
  }
  for (const path of ['/...', '/.well-known/x', '/a..b', '/a./b']) {
    const fields = [proof({ claims: { htu: `${audience}/v1${path}` } })]
    t.is((await present({ path, fields })).status, 200, path)
  }
})

test('RS-153: resource servers within each other take a proof once for one request', async (t) => {
  const replay = memoryStore()
  const { as, token, proof } = await dpopApi(t)
  const tokens = jwt({ issuer: as.issuer })
  const inner = resourceServer({ audience, tokens, confirmation: dpop({ replay }) })
  const options = { tokens, confirmation: dpop({ replay }), anonymous: true as const }
  const { send } = await protect(t, options, inner)
  const headers = { Authorization: `DPoP ${token}`, DPoP: proof() }
  t.is((await send(undefined, { headers })).status, 200)
  t.is((await send(undefined, { headers })).status, 401)
})

test('RS-153: a proof is remembered for longer than it is good, whatever the tolerance', async (t) => {
  const ttls: number[] = []
  const replay: Store = {
    ...memoryStore(),
    add: async (_key, ttl) => {
      ttls.push(ttl)
      return true
    },
  }
  const { present } = await dpopApi(t, { replay, clockTolerance: 0, maxAge: 30 })
  t.is((await present({ claims: { iat: Date.now() / 1000 - 25 } })).status, 200)
  t.true(ttls[0]! > 10)
})

test('RS-142: what the operator is told repeats neither the token nor control characters', async (t) => {
  const { present, token, refusals } = await dpopApi(t)
  await present({ claims: { htu: `https://other.example.com/?access_token=${token}` } })
  await present({ claims: { htu: `https://other.example.com/${token}` } })
  await present({ claims: { htm: `GET\u001b[2J${'x'.repeat(1000)}` } })
  t.deepEqual(
    refusals.map(({ reason }) => reason),
    ['uri', 'uri', 'method'],
  )
  for (const error of refusals) {
    const text = inspect(error)
    t.false(text.includes(token.slice(0, 24)))
    t.regex(String(error.cause), /^[\x20-\x7E]{0,400}$/)
  }
})

test('RS-158: DPoP without a known URL is refused when the middleware is made', async (t) => {
  const { as } = await dpopApi(t)
  const tokens = jwt({ issuer: as.issuer })
  const make = (more: object): unknown =>
    resourceServer({ audience: 'orders', tokens, confirmation: dpop(), ...more })
  t.throws(() => make({}), { instanceOf: TypeError, message: /baseUrl/ })
  t.notThrows(() => make({ baseUrl: 'https://api.example.com' }))
  for (const baseUrl of [
    '',
    'api.example.com',
    'ftp://a',
    'https://a?b',
    'https://a#b',
    'https://u@a',
    [],
    1,
  ]) {
    t.throws(
      () => make({ baseUrl }),
      { instanceOf: TypeError, message: /baseUrl/ },
      String(baseUrl),
    )
  }
})

test('RS-133, RS-152 §11.1: a proof is good for a limited time', async (t) => {
  const { present, refusals } = await dpopApi(t, { maxAge: 30 })
  const aged = (age: number): Promise<DpopAnswer> =>
    present({ claims: { iat: Date.now() / 1000 - age } })
  for (const age of [0, 20]) t.is((await aged(age)).status, 200, `${age} s old`)
  for (const age of [31, 3600, 1e9]) {
    refused(t, await aged(age), 'invalid_dpop_proof', `${age} s old`)
    t.is(refusals.at(-1)?.reason, 'time')
  }
})

test('RS-133 RFC 7519 §4.1.4, §4.1.5: a proof that limits its own time is held to it', async (t) => {
  const { present } = await dpopApi(t)
  const now = Date.now() / 1000
  t.is((await present({ claims: { exp: now + 60, nbf: now - 5 } })).status, 200)
  for (const claims of [
    { exp: now - 20 },
    { nbf: now + 60 },
    { exp: String(now + 60) },
    { nbf: null },
  ]) {
    refused(t, await present({ claims }), 'invalid_dpop_proof', JSON.stringify(claims))
  }
})

test('RS-134 §11.1: an iat slightly in the future is accepted', async (t) => {
  const { present } = await dpopApi(t)
  const ahead = (by: number): Promise<DpopAnswer> =>
    present({ claims: { iat: Date.now() / 1000 + by } })
  for (const by of [5, 9]) t.is((await ahead(by)).status, 200, `${by} s ahead`)
  for (const by of [20, 3600, 1e12]) refused(t, await ahead(by), 'invalid_dpop_proof', `${by} s`)
  const strict = await dpopApi(t, { clockTolerance: 0 })
  refused(t, await strict.present({ claims: { iat: Date.now() / 1000 + 5 } }), 'invalid_dpop_proof')
})

test('RS-135 §4.3-12: ath is the hash of this token', async (t) => {
  const { as, key, token, present, refusals } = await dpopApi(t)
  const other = await as.accessToken({ cnf: { jkt: key.jkt } })
  const digest = sha256(token)
  const aths = {
    'of another token': sha256(other),
    'with padding': `${digest}=`,
    'in base64': Buffer.from(digest, 'base64url').toString('base64'),
    'in hex': Buffer.from(digest, 'base64url').toString('hex'),
    'of the scheme too': sha256(`DPoP ${token}`),
    'a part': digest.slice(0, -1),
    'the token': token,
  }
  for (const [what, ath] of Object.entries(aths)) {
    refused(t, await present({ claims: { ath } }), 'invalid_dpop_proof', what)
    t.is(refusals.at(-1)?.reason, 'token', what)
  }
})

test('RS-136 §4.3-12, §6.1: the proof is by the key that the token is bound to', async (t) => {
  const { present, refusals } = await dpopApi(t)
  t.is((await present()).status, 200, 'which is then known')
  for (const key of [clientKey(), clientKey('ES384'), clientKey('Ed25519'), clientKey('PS256')]) {
    refused(t, await present({ key }), 'invalid_token', key.alg)
    t.is(refusals.at(-1)?.reason, 'binding')
  }
})

test('RS-136: members that are no part of the key do not change its thumbprint', async (t) => {
  const { present, key } = await dpopApi(t)
  const { kty, crv, x, y } = key.jwk
  const jwks = [
    { y, x, crv, kty },
    { ...key.jwk, kid: 'k' },
    { ...key.jwk, use: 'sig', alg: 'ES256', key_ops: ['verify'] },
  ]
  for (const jwk of jwks) t.is((await present({ header: { jwk } })).status, 200)
})

test('RS-137 §7.1: what fails one check never gets through, whatever else is good', async (t) => {
  const { present, proof, key } = await dpopApi(t)
  const faults: Presented[] = [
    { fields: [] },
    { header: { typ: 'JWT' } },
    { header: { alg: 'none' } },
    { header: { jwk: { ...key.jwk, d: 'AQAB' } } },
    { header: { crit: ['b64'], b64: true } },
    { claims: { htm: 'POST' } },
    { claims: { htu: 'https://other.example.com/' } },
    { claims: { iat: 0 } },
    { claims: { ath: 'x' } },
    { key: clientKey() },
    { fields: [`${proof().slice(0, -8)}AAAAAAAA`] },
    { fields: [`${proof()}A`] },
    { scheme: 'Bearer' },
  ]
  for (const fault of faults) t.is((await present(fault)).status, 401, JSON.stringify(fault))
})

refuses('RS-137 RFC 7515 §4.1.11: critical extensions are refused', [
  ['crit', { header: { crit: ['exp'], exp: 1 } }, 'critical'],
  ['an empty crit', { header: { crit: [] } }, 'critical'],
  ['b64', { header: { b64: false } }, 'critical'],
])

test('RS-138 §7.1: an unbound token under DPoP is refused', async (t) => {
  const { as, present, refusals } = await dpopApi(t)
  const token = await as.accessToken()
  refused(t, await present({ token }), 'invalid_token')
  t.is(refusals.at(-1)?.reason, 'binding')
  refused(t, await present({ token, fields: [] }), 'invalid_token', 'without a proof')
})

test('RS-139 §7.2: a bound token under Bearer is refused, proof or not', async (t) => {
  const { present } = await dpopApi(t)
  for (const different of [{}, { fields: [] }]) {
    const answer = await present({ ...different, scheme: 'Bearer' })
    t.is(answer.status, 401)
    t.is(answer.challenges[0]?.parameters['error'], 'invalid_token')
    t.is(answer.error, undefined)
  }
})

test('RS-140 §7.1: DPoP without a proof is answered 401 with a DPoP challenge', async (t) => {
  const { present } = await dpopApi(t)
  const answer = await present({ fields: [] })
  refused(t, answer, 'invalid_dpop_proof')
})

test('RS-141 §7.1: the DPoP challenge lists algs, whatever the refusal', async (t) => {
  const { present } = await dpopApi(t, { algorithms: ['ES256', 'Ed25519'] })
  for (const different of [{}, { scheme: 'Bearer' }, { scheme: 'Basic' }, { token: 'a' }]) {
    const { challenges } = await present({ ...different, fields: [] })
    const [bearer, dpopChallenge] = challenges
    t.is(bearer?.scheme, 'Bearer')
    t.is(bearer?.parameters['algs'], undefined)
    t.is(dpopChallenge?.parameters['algs'], 'ES256 Ed25519')
  }
})

test('RS-142 §7.1: a bad proof and a bad token are different errors', async (t) => {
  const { as, key, present } = await dpopApi(t)
  refused(t, await present({ claims: { htm: 'PUT' } }), 'invalid_dpop_proof')
  const expired = await as.accessToken({ cnf: { jkt: key.jkt }, exp: seconds() - 60 })
  refused(t, await present({ token: expired }), 'invalid_token')
  refused(t, await present({ token: expired, claims: { htm: 'PUT' } }), 'invalid_token')
  refused(t, await present({ token: 'opaque' }), 'invalid_token')
})

test('RS-143 §7.2: without credentials both challenges, no error', async (t) => {
  const { present } = await dpopApi(t)
  const { status, challenges } = await present({ scheme: 'Basic', fields: [] })
  t.is(status, 401)
  t.deepEqual(
    challenges.map(({ scheme, parameters }) => [scheme, parameters['error']]),
    [
      ['Bearer', undefined],
      ['DPoP', undefined],
    ],
  )
})

test('RS-144 §7.2: the error stands only with the scheme that was tried', async (t) => {
  const { present } = await dpopApi(t)
  const errors = async (scheme: string): Promise<(string | undefined)[]> =>
    (await present({ scheme, token: 'bad' })).challenges.map(
      ({ parameters }) => parameters['error'],
    )
  t.deepEqual(await errors('Bearer'), ['invalid_token', undefined])
  t.deepEqual(await errors('DPoP'), [undefined, 'invalid_token'])
  t.deepEqual(await errors('dpop'), [undefined, 'invalid_token'])
})

test('RS-145 §7.2: where it is not clear what was tried the error stands with both', async (t) => {
  const { present, token } = await dpopApi(t)
  const { status, challenges } = await present({ headers: { Authorization: `Bearer ${token}` } })
  t.is(status, 400)
  t.deepEqual(
    challenges.map(({ parameters }) => parameters['error']),
    ['invalid_request', 'invalid_request'],
  )
})

test('RS-143, RS-144: senderConstrained with DPoP alone offers no Bearer', async (t) => {
  const { present, as } = await dpopApi(t, {}, { senderConstrained: true })
  const offered = async (different: Presented): Promise<(string | undefined)[][]> =>
    (await present(different)).challenges.map(({ scheme, parameters }) => [
      scheme,
      parameters['error'],
    ])
  t.deepEqual(await offered({ scheme: 'Basic' }), [['DPoP', undefined]])
  const token = await as.accessToken()
  t.deepEqual(await offered({ scheme: 'Bearer', token }), [['DPoP', 'invalid_token']])
  t.deepEqual(await offered({ scheme: 'Bearer' }), [['DPoP', 'invalid_token']])
  t.is((await present()).status, 200)
})

const nonce = { secret: 'a secret of thirty-two characters' }

/** Its steps take eight hours, so that none begins while a test runs. */
const slow = { ...nonce, maxAge: 86_400 }

/** The nonce of another step than this one. */
function nonceAt(step: number): string {
  const now = Math.floor(Date.now() / 1000 / (slow.maxAge / 3))
  return createHmac('sha256', slow.secret)
    .update(`DPoP nonce ${now + step}`)
    .digest('base64url')
}

function nonceOf({ headers }: DpopAnswer): string {
  return String(headers['dpop-nonce'])
}

test('RS-146 §9: a proof without a nonce is answered with one', async (t) => {
  const { present } = await dpopApi(t, { nonce })
  const answer = await present()
  refused(t, answer, 'use_dpop_nonce')
  t.is(answer.headers['cache-control'], 'no-store')
  t.is((await present({ claims: { nonce: nonceOf(answer) } })).status, 200)
  t.deepEqual(
    answer.challenges.map(({ parameters }) => parameters['error']),
    [undefined, 'use_dpop_nonce'],
  )
})

test('RS-132 §4.3-10: the nonce must be one that was given', async (t) => {
  const { present } = await dpopApi(t, { nonce })
  const given = nonceOf(await present())
  for (const bad of [`${given}A`, given.slice(1), given.toLowerCase(), '', 'x', '__proto__']) {
    refused(t, await present({ claims: { nonce: bad } }), 'use_dpop_nonce', bad)
  }
  t.is((await present({ claims: { nonce: given } })).status, 200)
  const { present: without } = await dpopApi(t)
  t.is((await without({ claims: { nonce: 'of the authorization server' } })).status, 200)
})

test('RS-147 §8, §8.1: nonces are unpredictable, and of NQCHAR alone', async (t) => {
  const given = async (options?: object): Promise<string> => {
    const { present } = await dpopApi(t, { nonce: { ...options } })
    return nonceOf(await present())
  }
  const [one, other] = [await given(), await given()]
  t.not(one, other, 'without a secret each instance has its own')
  for (const nonce of [one, other]) t.regex(nonce, /^[\x21\x23-\x5B\x5D-\x7E]{43}$/)
  t.not(await given(nonce), await given({ secret: 'another secret, as long as the other' }))
})

test('RS-148 §11.3: a proof that lacks the nonce is refused, whatever has passed before', async (t) => {
  const { present } = await dpopApi(t, { nonce })
  const given = nonceOf(await present())
  t.is((await present({ claims: { nonce: given } })).status, 200)
  refused(t, await present(), 'use_dpop_nonce')
})

test('RS-149, RS-151 §8, §9: recent nonces are accepted, old ones are not', async (t) => {
  const { present } = await dpopApi(t, { nonce: slow })
  for (const step of [0, -1, -2, 1]) {
    t.is((await present({ claims: { nonce: nonceAt(step) } })).status, 200, `step ${step}`)
  }
  for (const step of [-3, -4, 2, 3, -1000]) {
    const answer = await present({ claims: { nonce: nonceAt(step) } })
    refused(t, answer, 'use_dpop_nonce', `step ${step}`)
    t.is(nonceOf(answer), nonceAt(0))
  }
})

test('RS-150 §8.2: a new nonce comes with success when the old one is about to go', async (t) => {
  const { present } = await dpopApi(t, { nonce: slow })
  const current = await present({ claims: { nonce: nonceAt(0) } })
  t.is(current.status, 200)
  t.is(current.headers['dpop-nonce'], undefined)
  t.is(current.headers['cache-control'], undefined)
  const older = await present({ claims: { nonce: nonceAt(-1) } })
  t.is(older.status, 200)
  t.is(nonceOf(older), nonceAt(0))
  t.is(older.headers['cache-control'], 'no-store')
})

test('RS-150: the new nonce comes, and stays uncacheable, whatever the application answers', async (t) => {
  const { as, key, proof } = await dpopApi(t)
  const api = await protect(
    t,
    { tokens: jwt({ issuer: as.issuer }), confirmation: dpop({ nonce: slow }) },
    async (ctx, next) => {
      ctx.set('Cache-Control', 'max-age=600')
      await next()
    },
    requireScope('orders:write'),
  )
  for (const [scope, status] of [
    ['orders:write', 200],
    ['orders:read', 403],
  ] as const) {
    const token = await as.accessToken({ scope, cnf: { jkt: key.jkt } })
    const DPoP = proof({ token, claims: { nonce: nonceAt(-1) } })
    const answer = await api.send(undefined, { headers: { Authorization: `DPoP ${token}`, DPoP } })
    t.is(answer.status, status)
    t.is(answer.headers.get('DPoP-Nonce'), nonceAt(0))
    t.is(answer.headers.get('Cache-Control'), 'no-store')
  }
})

test('RS-147: instances that share a secret accept each other’s nonces, and an old secret’s', async (t) => {
  const one = await dpopApi(t, { nonce })
  const given = nonceOf(await one.present())
  const same = await dpopApi(t, { nonce })
  t.is((await same.present({ claims: { nonce: given } })).status, 200)
  const secret = ['the secret that replaces it, as long', nonce.secret]
  const replaced = await dpopApi(t, { nonce: { secret } })
  const answer = await replaced.present({ claims: { nonce: given } })
  t.is(answer.status, 200)
  t.not(nonceOf(answer), given, 'and the new secret makes the next')
  const foreign = await dpopApi(t, { nonce: {} })
  refused(t, await foreign.present({ claims: { nonce: given } }), 'use_dpop_nonce')
})

test('RS-133 §4.3-11: with a nonce the age of a proof is the nonce’s, for clients whose clock is wrong', async (t) => {
  const { present } = await dpopApi(t, { nonce })
  const given = nonceOf(await present())
  for (const iat of [0, seconds() - 86_400, seconds() + 86_400]) {
    t.is((await present({ claims: { nonce: given, iat } })).status, 200, String(iat))
  }
  refused(t, await present({ claims: { nonce: given, iat: 'now' } }), 'invalid_dpop_proof')
})

test('RS-153 §11.1: a proof is good once', async (t) => {
  const { present, proof, refusals } = await dpopApi(t)
  const fields = [proof()]
  t.is((await present({ fields })).status, 200)
  refused(t, await present({ fields }), 'invalid_dpop_proof')
  t.is(refusals.at(-1)?.reason, 'replayed')
  const atOnce = [proof()]
  const answers = await Promise.all(Array.from({ length: 20 }, () => present({ fields: atOnce })))
  const statuses = answers.map(({ status }) => status)
  t.is(statuses.filter((status) => status === 200).length, 1)
  t.is(statuses.filter((status) => status === 401).length, 19)
})

test('RS-153: a jti is used up for its key, on every URL and for every token', async (t) => {
  const { as, key, present } = await dpopApi(t)
  const jti = randomUUID()
  t.is((await present({ claims: { jti } })).status, 200)
  refused(t, await present({ claims: { jti }, path: '/other' }), 'invalid_dpop_proof')
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  refused(t, await present({ claims: { jti }, token }), 'invalid_dpop_proof')
  const other = clientKey()
  const bound = await as.accessToken({ cnf: { jkt: other.jkt } })
  t.is((await present({ claims: { jti }, key: other, token: bound })).status, 200, 'another key')
})

test('RS-153: a refused proof uses nothing up', async (t) => {
  const { present, key } = await dpopApi(t)
  const jti = randomUUID()
  refused(t, await present({ claims: { jti, htm: 'PUT' } }), 'invalid_dpop_proof')
  const forged = { ...clientKey(), jwk: key.jwk }
  refused(t, await present({ claims: { jti }, key: forged }), 'invalid_dpop_proof')
  t.is((await present({ claims: { jti } })).status, 200)
})

test('RS-153: two instances behind one store admit a proof once', async (t) => {
  const replay = memoryStore()
  const one = await dpopApi(t, { replay })
  const other = await dpopApi(t, { replay }, { tokens: jwt({ issuer: one.as.issuer }) })
  const { token } = one
  const fields = [one.proof()]
  const answers = await Promise.all([one.present({ fields }), other.present({ fields, token })])
  t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 401]))
})

test('RS-154 §11.1: of a jti only a hash is stored, and a huge one is refused with its proof', async (t) => {
  const keys: string[] = []
  const replay: Store = {
    ...memoryStore(),
    add: async (key, ttl) => {
      keys.push(key)
      t.true(ttl > 60 && ttl < 80, String(ttl))
      return true
    },
  }
  const { present, key, refusals } = await dpopApi(t, { replay })
  for (const jti of ['short', 'j'.repeat(1000)]) {
    t.is((await present({ claims: { jti } })).status, 200)
    t.is(keys.at(-1), `dpop:${key.jkt}:${sha256(jti)}`)
  }
  refused(t, await present({ claims: { jti: 'j'.repeat(5000) } }), 'invalid_dpop_proof')
  t.is(refusals.at(-1)?.reason, 'malformed')
  t.is(keys.length, 2)
})

test('RS-155: a store that fails or hangs is answered 503, not a verdict', async (t) => {
  const stores: Store[] = [
    { ...memoryStore(), add: async () => Promise.reject(new Error('down: secret detail')) },
    {
      ...memoryStore(),
      add() {
        throw new Error('down at once')
      },
    },
    { ...memoryStore(), add: async () => new Promise(() => undefined) },
  ]
  for (const replay of stores) {
    const { present } = await dpopApi(t, { replay, replayTimeout: 0.05 })
    const answer = await present()
    t.is(answer.status, 503)
    t.regex(String(answer.headers['retry-after']), /^\d+$/)
    t.is(answer.headers['cache-control'], 'no-store')
    t.deepEqual(answer.challenges, [])
    const open = await dpopApi(t, { replay, replayTimeout: 0.05, insecureReplayFallback: true })
    t.is((await open.present()).status, 200)
  }
})

test('RS-155: a memory that is full forgets no proof, and is answered 503', async (t) => {
  const { present, proof } = await dpopApi(t, { replay: memoryStore({ maxEntries: 3 }) })
  const first = [proof()]
  for (const fields of [first, [proof()], [proof()]]) {
    t.is((await present({ fields })).status, 200)
  }
  t.is((await present()).status, 503)
  refused(t, await present({ fields: first }), 'invalid_dpop_proof', 'it is still known')
})

test('RS-155: proofs that are refused, or can’t be remembered, use up nobody’s share', async (t) => {
  const { present, proof } = await dpopApi(t, { maxProofsPerKey: 3 })
  const captured = [proof()]
  t.is((await present({ fields: captured })).status, 200)
  for (let again = 0; again < 5; again += 1) {
    refused(t, await present({ fields: captured }), 'invalid_dpop_proof')
  }
  for (const status of [200, 200, 503]) t.is((await present()).status, status)
  const memory = memoryStore()
  let down = true
  const replay: Store = {
    ...memory,
    add: async (key, ttl) => (down ? Promise.reject(new Error('down')) : memory.add(key, ttl)),
  }
  const unlucky = await dpopApi(t, { maxProofsPerKey: 2, replay })
  for (const status of [503, 503, 503]) t.is((await unlucky.present()).status, status)
  down = false
  t.is((await unlucky.present()).status, 200)
})

test('RS-155: one key gets no more than its share of the store', async (t) => {
  const { as, present } = await dpopApi(t, { maxProofsPerKey: 3 })
  for (const status of [200, 200, 200, 503, 503]) t.is((await present()).status, status)
  const key = clientKey()
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  t.is((await present({ key, token })).status, 200, 'another client is not concerned')
})

test('RS-156 §6.2: the binding is learned from introspection, too', async (t) => {
  const { as, key, proof } = await dpopApi(t)
  const endpoint = `${as.issuer}/introspect`
  const tokens = introspection({ endpoint, clientAuth: clientSecretBasic('api', 'secret') })
  const { send } = await protect(t, { tokens, confirmation: dpop() })
  const under = async (scheme: string, token: string): Promise<number> => {
    const headers = { Authorization: `${scheme} ${token}`, DPoP: proof({ token }) }
    return (await send(undefined, { headers })).status
  }
  const cnf = { jkt: key.jkt }
  t.is(await under('DPoP', as.opaqueToken({ cnf, token_type: 'DPoP' })), 200)
  t.is(await under('DPoP', as.opaqueToken({ cnf, token_type: undefined })), 200)
  t.is(await under('DPoP', as.opaqueToken({ cnf, token_type: 'Bearer' })), 401)
  t.is(await under('Bearer', as.opaqueToken({ cnf, token_type: 'DPoP' })), 401)
  t.is(await under('DPoP', as.opaqueToken({ token_type: 'DPoP' })), 401)
  t.is(await under('DPoP', as.opaqueToken({ cnf: { jkt: clientKey().jkt } })), 401)
})

for (const [what, cnf] of Object.entries({
  'an unknown member': { unheard: 'a' },
  'an unknown member beside jkt': { unheard: 'a' },
  'no member': {},
  'an array': [],
  null: null,
  'a text': 'jkt',
  'jkt as an array': { jkt: ['a'] },
  'jkt as null': { jkt: null },
  'a certificate, which is not confirmed here': { 'x5t#S256': 'a' },
})) {
  test(`RS-137, RS-156 RFC 7800 §3.1: a cnf with ${what} is refused under either scheme`, async (t) => {
    const { as, key, present } = await dpopApi(t)
    const beside = what.endsWith('beside jkt') ? { ...(cnf as object), jkt: key.jkt } : cnf
    const token = await as.accessToken({ cnf: beside })
    for (const scheme of ['DPoP', 'Bearer']) {
      t.is((await present({ token, scheme })).status, 401, scheme)
    }
  })
}

test('RS-157 §7.1, §8: scripts of other origins may read the challenge and the nonce', async (t) => {
  const { present } = await dpopApi(t, { nonce: slow })
  const headers = { Origin: 'https://app.example.com' }
  const answer = await present({ headers })
  t.is(answer.headers['access-control-expose-headers'], 'WWW-Authenticate, DPoP-Nonce')
  const success = await present({ headers, claims: { nonce: nonceAt(-1) } })
  t.is(success.status, 200)
  t.is(success.headers['access-control-expose-headers'], 'DPoP-Nonce')
  t.is(nonceOf(success), nonceOf(answer))
  const none = await present()
  t.is(none.headers['access-control-expose-headers'], undefined, 'nobody asked')
})

test('RS-137: a proof above maxProofSize is refused unread', async (t) => {
  const { present, proof, refusals } = await dpopApi(t, { maxProofSize: 600 })
  t.true(proof().length < 600)
  t.is((await present()).status, 200)
  refused(t, await present({ claims: { padding: 'x'.repeat(300) } }), 'invalid_dpop_proof')
  refused(t, await present({ fields: ['x'.repeat(601)] }), 'invalid_dpop_proof')
  t.regex(String(refusals.at(-1)?.cause), /maxProofSize/)
})

test('RS-137: ./testing makes proofs that pass', async (t) => {
  const { as, url } = await dpopApi(t)
  for (const algorithm of ['ES256', 'PS256', 'Ed25519'] as const) {
    const key = await dpopKey(algorithm)
    const token = await as.accessToken({ cnf: { jkt: key.jkt } })
    const proof = await key.proof({ url: `${audience}/`, token })
    const headers = { Authorization: `DPoP ${token}`, DPoP: proof }
    t.is((await fetch(url, { headers })).status, 200)
  }
})

test('an error names no secret that is wrong', (t) => {
  const secret = 'hunter2-hunter2'
  const error = t.throws(() => dpop({ nonce: { secret } }), { instanceOf: TypeError })
  t.false(error.message.includes(secret))
  const both = t.throws(() => dpop({ nonce: { secret: [secret] } }), { instanceOf: TypeError })
  t.false(both.message.includes(secret))
})

test('wrong options are refused when the method is made', (t) => {
  const wrong: Record<string, unknown>[] = [
    { algorithms: [] },
    { algorithms: ['HS256'] },
    { maxAge: 0 },
    { maxAge: '60' },
    { clockTolerance: -1 },
    { nonce: true },
    { replay: {} },
    { replayTimeout: 0 },
    { maxProofsPerKey: 0.5 },
    { insecureReplayFallback: 'yes' },
    { maxProofSize: 0 },
    { unheard: 1 },
  ]
  for (const options of wrong) {
    const [name = ''] = Object.keys(options)
    t.throws(() => dpop(options), { instanceOf: TypeError, message: new RegExp(name) })
  }
  for (const nonce of [
    { secret: 'short' },
    { secret: [] },
    { secret: 1 },
    { maxAge: 1 },
    { a: 1 },
  ]) {
    t.throws(() => dpop({ nonce: nonce as never }), { instanceOf: TypeError, message: /nonce/ })
  }
})
