import { generateKeyPairSync } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose'
import Koa, { type Middleware } from 'koa'
import {
  clientSecretBasic,
  introspection,
  jwt,
  requireScope,
  resourceServer,
  type ResourceServerOptions,
} from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { resourceMetadata, type ResourceMetadataOptions } from 'koa-resource-server/metadata'
import { mtls } from 'koa-resource-server/mtls'
import { authorizationServer } from 'koa-resource-server/testing'
import { type Answer, listen, type Send, sender } from './kit.ts'

const host = 'https://api.example.com'
const wellKnown = '/.well-known/oauth-protected-resource'
const as = await authorizationServer({ audience: host, issuer: 'https://rfc9728.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })

type Options = Partial<ResourceServerOptions>
type Given = Partial<ResourceMetadataOptions>

/** Serves a resource server that is described so. */
async function described(
  t: ExecutionContext,
  given: Given = {},
  options: Options = {},
): Promise<Send> {
  return serving(t, protecting(given, options))
}

/** A resource server that is described so; its resource is its audience. */
function protecting(given: Given = {}, options: Options = {}): ReturnType<typeof resourceServer> {
  const resource = given.resource ?? host
  const metadata = resourceMetadata({ ...given, resource })
  return resourceServer({ audience: [resource].flat(), tokens, ...options, metadata })
}

/** Serves an application of these; what gets through is answered by what it asked for. */
async function serving(t: ExecutionContext, ...middleware: Middleware<any>[]): Promise<Send> {
  const app = new Koa()
  for (const each of middleware) app.use(each)
  app.use((ctx) => (ctx.body = ctx.path))
  app.silent = true
  return sender(await listen(t, app))
}

const members = ({ body }: Answer): Record<string, unknown> => JSON.parse(body)

test('RS-168, RS-170 §3: the document is at the well-known path between host and path', async (t) => {
  const resources = {
    [host]: wellKnown,
    [`${host}/orders`]: `${wellKnown}/orders`,
    [`${host}/a/b%20c`]: `${wellKnown}/a/b%20c`,
    [`${host}/orders?tenant=a`]: `${wellKnown}/orders?tenant=a`,
    [`${host}?tenant=a`]: `${wellKnown}?tenant=a`,
  }
  for (const [resource, path] of Object.entries(resources)) {
    const send = await described(t, { resource })
    const answer = await send(undefined, { path })
    t.is(answer.status, 200, resource)
    t.is(answer.headers.get('Content-Type'), 'application/json')
    t.is(members(answer)['resource'], resource)
    for (const other of [
      `${path}/x`,
      `${path}x`,
      `/x${path}`,
      `${path}${path.includes('?') ? '&' : '?'}x=y`,
    ]) {
      t.is((await send(undefined, { path: other })).status, 401, other)
    }
  }
})

test('RS-169 §3.1: a slash after the host is dropped where a query follows', async (t) => {
  const resource = `${host}/?tenant=a`
  const send = await described(t, { resource })
  t.is(members(await send(undefined, { path: `${wellKnown}?tenant=a` }))['resource'], resource)
  t.is((await send(undefined, { path: `${wellKnown}/?tenant=a` })).status, 401)
})

test('RS-170 §3.1: GET, and HEAD, without credentials or with bad ones, and nothing else', async (t) => {
  const send = await described(t)
  const path = wellKnown
  for (const headers of [{}, { Authorization: 'Bearer bad' }, { Authorization: 'nonsense' }]) {
    t.is((await send(undefined, { path, headers })).status, 200)
  }
  const head = await send(undefined, { path, method: 'HEAD' })
  t.deepEqual([head.status, head.body], [200, ''])
  t.regex(head.headers.get('Cache-Control') ?? '', /^public, max-age=\d+$/)
  const post = await send(undefined, { path, method: 'POST' })
  t.is(post.status, 405)
  t.is(post.headers.get('Allow'), 'GET, HEAD, OPTIONS')
})

test('RS-170 §3.1: it is served to who sends the whole URL as the target, too', async (t) => {
  const metadata = resourceMetadata({ resource: host })
  const absolutely: Middleware = async (ctx, next) => {
    Reflect.set(ctx, 'originalUrl', host + ctx.url)
    await next()
  }
  const send = await serving(t, absolutely, resourceServer({ audience: host, tokens, metadata }))
  t.is((await send(undefined, { path: wellKnown })).status, 200)
  t.is((await send(undefined, { path: '/orders' })).status, 401)
})

test('RS-171 §1.2: a resource identifier is an https URL without a fragment', (t) => {
  const wrong = [
    'http://api.example.com',
    'ftp://api.example.com',
    'urn:orders',
    'api.example.com',
    `${host}#`,
    `${host}/orders#a`,
    'https://user@api.example.com',
    'https://user:password@api.example.com/orders',
    `${host}:443/orders`,
    `${host}/ä`,
    `${host}/a/../b`,
    `${host}/a"b`,
    `${host}\\a`,
    ` ${host}`,
    '',
    undefined,
    [host],
  ]
  for (const resource of wrong) {
    t.throws(
      () => resourceMetadata({ resource: resource as string }),
      { instanceOf: TypeError, message: /^resourceMetadata\(\): resource must be an https URL/ },
      String(resource),
    )
  }
  for (const resource of [
    host,
    `${host}:8443/a`,
    'http://localhost:3000/mcp',
    'http://127.0.0.1',
  ]) {
    t.notThrows(() => resourceMetadata({ resource }))
  }
})

test('RS-234: a resource identifier has no slash at the end', (t) => {
  for (const resource of [`${host}/`, `${host}/orders/`]) {
    t.throws(() => resourceMetadata({ resource }), { message: /without a slash at the end/ })
  }
})

test('RS-234: upper case in scheme and host is taken, and not handed on', async (t) => {
  const send = await described(
    t,
    { resource: 'HTTPS://API.Example.COM/Orders' },
    { audience: 'https://Api.example.com/Orders' },
  )
  t.is(
    members(await send(undefined, { path: `${wellKnown}/Orders` }))['resource'],
    `${host}/Orders`,
  )
  t.is((await send()).bearer?.['resource_metadata'], `${host}${wellKnown}/Orders`)
})

const both = [
  { resource: host, resource_name: 'All' },
  { resource: `${host}/orders`, resource_name: 'Orders' },
  { resource: `${host}/orders/old`, resource_name: 'Old orders' },
] as const

test('RS-172 §3.3: each challenge leads to the document of the resource that was requested', async (t) => {
  const metadata = resourceMetadata(...both)
  const audience = both.map(({ resource }) => resource)
  const send = await serving(t, resourceServer({ audience, tokens, metadata }))
  const expected = {
    '/': 'All',
    '/ordersx': 'All',
    '/orders': 'Orders',
    '/orders?a=/orders/old': 'Orders',
    '/orders/': 'Orders',
    '/orders/1': 'Orders',
    '/orders/old': 'Old orders',
    '/orders/old/1': 'Old orders',
  }
  for (const [path, name] of Object.entries(expected)) {
    const { status, bearer } = await send('bad', { path })
    t.is(status, 401)
    const url = bearer?.['resource_metadata'] ?? ''
    t.true(url.startsWith(host), path)
    const answer = await send(undefined, { path: url.slice(host.length) })
    t.is(members(answer)['resource_name'], name, path)
  }
})

test('RS-172 §3.3: where several are described, what is none of them has no document', async (t) => {
  const metadata = resourceMetadata(both[1], { resource: `${host}/stock` })
  const audience = [`${host}/orders`, `${host}/stock`]
  const send = await serving(t, resourceServer({ audience, tokens, metadata }))
  t.is((await send(undefined, { path: '/invoices' })).bearer?.['resource_metadata'], undefined)
  t.truthy((await send(undefined, { path: '/stock' })).bearer?.['resource_metadata'])
})

test('RS-172 §3.3: a path that a proxy takes away counts by baseUrl', async (t) => {
  const metadata = resourceMetadata(both[1], { resource: `${host}/stock` })
  const audience = [`${host}/orders`, `${host}/stock`]
  const options = { audience, tokens, metadata, baseUrl: `${host}/stock` }
  const send = await serving(t, resourceServer(options))
  const { bearer } = await send(undefined, { path: '/1' })
  t.is(bearer?.['resource_metadata'], `${host}${wellKnown}/stock`)
})

test('RS-173 §3.2: what has no value is left out, what may have several is an array', async (t) => {
  const send = await described(
    t,
    {
      scopes_supported: [],
      resource_signing_alg_values_supported: [],
      authorization_details_types_supported: () => [],
    },
    { confirmation: dpop(), senderConstrained: true },
  )
  t.deepEqual(members(await send(undefined, { path: wellKnown })), {
    resource: host,
    authorization_servers: [as.issuer],
    dpop_signing_alg_values_supported: ['ES256', 'ES384', 'PS256', 'Ed25519', 'EdDSA'],
    dpop_bound_access_tokens_required: true,
  })
})

test('RS-174, RS-227 §2: authorization_servers are the issuers whose tokens are taken', async (t) => {
  const clientAuth = clientSecretBasic('api', 'secret')
  const other = 'https://rfc9728-other.example.com'
  const several = [
    tokens,
    jwt({ issuer: other, jwks: as.jwks }),
    introspection({ issuer: as.issuer, clientAuth }),
  ]
  const send = await described(t, {}, { tokens: several })
  const answer = await send(undefined, { path: wellKnown })
  t.deepEqual(members(answer)['authorization_servers'], [as.issuer, other])

  const fewer = await described(t, { authorization_servers: [other] }, { tokens: several })
  t.deepEqual(members(await fewer(undefined, { path: wellKnown }))['authorization_servers'], [
    other,
  ])

  const nameless = introspection({ endpoint: 'https://nameless.example.com/i', clientAuth })
  const named = { authorization_servers: ['https://nameless.example.com'] }
  const told = await described(t, named, { tokens: nameless })
  t.deepEqual(
    members(await told(undefined, { path: wellKnown }))['authorization_servers'],
    named.authorization_servers,
  )
  const untold = await described(t, {}, { tokens: nameless })
  t.false('authorization_servers' in members(await untold(undefined, { path: wellKnown })))
})

test('RS-174 §2: an authorization server whose tokens would be refused is none to name', (t) => {
  t.throws(() => protecting({ authorization_servers: ['https://elsewhere.example.com'] }), {
    instanceOf: TypeError,
    message: /authorization_servers has https:\/\/elsewhere\.example\.com/,
  })
  for (const wrong of [
    ['elsewhere'],
    ['http://elsewhere.example.com'],
    [`${as.issuer}?a`],
    as.issuer,
  ]) {
    t.throws(() => protecting({ authorization_servers: wrong as readonly string[] }), {
      message: /authorization_servers must be/,
    })
  }
})

test('RS-175 §2: scopes_supported, and types, are given, or asked for when all routes are there', async (t) => {
  const given = await described(t, { scopes_supported: ['orders:read', 'orders:write'] })
  const answer = await given(undefined, { path: wellKnown })
  t.deepEqual(members(answer)['scopes_supported'], ['orders:read', 'orders:write'])

  const routes: string[] = []
  let asked = 0
  const later = await described(t, {
    scopes_supported: () => {
      asked += 1
      return routes
    },
    authorization_details_types_supported: () => routes,
  })
  routes.push('orders:read')
  t.is(asked, 0)
  const first = members(await later(undefined, { path: wellKnown }))
  t.deepEqual(first['scopes_supported'], ['orders:read'])
  t.deepEqual(first['authorization_details_types_supported'], ['orders:read'])
  t.deepEqual(members(await later(undefined, { path: wellKnown })), first)
  t.is(asked, 1)
})

test('RS-175, RS-233: what is no scope token is not published, and offline_access is nobody’s here', async (t) => {
  for (const wrong of [['a b'], ['a"b'], [''], [1], 'orders:read', ['openid', 'offline_access']]) {
    const scopes = wrong as unknown as readonly string[]
    t.throws(() => resourceMetadata({ resource: host, scopes_supported: scopes }), {
      message: /scopes_supported must be/,
    })
    const send = await described(t, { scopes_supported: () => scopes })
    t.is((await send(undefined, { path: wellKnown })).status, 500, String(wrong))
  }
  t.throws(() => requireScope('orders:read', 'offline_access'), { message: /offline_access/ })
  const challenge = { scope: 'orders:read offline_access' }
  t.throws(() => resourceServer({ audience: host, tokens, challenge }), {
    message: /offline_access/,
  })
  t.notThrows(() => resourceServer({ audience: host, tokens, challenge: { scope: 'offline' } }))
})

test('RS-176 §2: bearer_methods_supported are those that are enabled', async (t) => {
  const methods = async (options: Options): Promise<unknown> => {
    const send = await described(t, {}, options)
    return members(await send(undefined, { path: wellKnown }))['bearer_methods_supported']
  }
  t.deepEqual(await methods({}), ['header'])
  t.deepEqual(await methods({ formBody: true }), ['header', 'body'])
  t.deepEqual(await methods({ confirmation: dpop() }), ['header'])
  t.deepEqual(await methods({ confirmation: dpop(), senderConstrained: true }), undefined)
  const certificates = { confirmation: [dpop(), mtls()], senderConstrained: true }
  t.deepEqual(await methods(certificates), ['header'])
})

test('RS-177 §2: what is said of bound tokens agrees with what is done', async (t) => {
  const said = async (options: Options): Promise<unknown> => {
    const send = await described(t, {}, options)
    const answer = members(await send(undefined, { path: wellKnown }))
    const names = Object.keys(answer).filter((name) => /^(dpop|tls)_/.test(name))
    return Object.fromEntries(names.map((name) => [name, answer[name]]))
  }
  const algs = { dpop_signing_alg_values_supported: ['ES256'] }
  const tls = { tls_client_certificate_bound_access_tokens: true }
  const proofs = dpop({ algorithms: ['ES256'] })
  t.deepEqual(await said({}), {})
  t.deepEqual(await said({ confirmation: proofs }), algs)
  t.deepEqual(await said({ confirmation: mtls() }), tls)
  t.deepEqual(await said({ confirmation: mtls(), senderConstrained: true }), tls)
  t.deepEqual(await said({ confirmation: [proofs, mtls()] }), { ...algs, ...tls })
  const bound = { confirmation: [proofs, mtls()], senderConstrained: true }
  t.deepEqual(await said(bound), { ...algs, ...tls })
  t.deepEqual(await said({ confirmation: proofs, senderConstrained: true }), {
    ...algs,
    dpop_bound_access_tokens_required: true,
  })
})

test('RS-177 §2: members that follow from the configuration cannot be given', (t) => {
  for (const member of [
    'bearer_methods_supported',
    'dpop_signing_alg_values_supported',
    'dpop_bound_access_tokens_required',
    'tls_client_certificate_bound_access_tokens',
    'signed_metadata',
  ]) {
    t.throws(() => resourceMetadata({ resource: host, [member]: true } as never), {
      instanceOf: TypeError,
      message: new RegExp(`no option ${member}`),
    })
  }
})

test('RS-178 §2: jwks_uri is https', async (t) => {
  for (const jwks_uri of ['http://api.example.com/jwks', 'jwks', `${host}/jwks#a`]) {
    t.throws(() => resourceMetadata({ resource: host, jwks_uri }), { message: /jwks_uri must be/ })
  }
  const send = await described(t, { jwks_uri: `${host}/jwks` })
  t.is(members(await send(undefined, { path: wellKnown }))['jwks_uri'], `${host}/jwks`)
})

test('RS-179 §2: no list of algorithms has none', async (t) => {
  for (const wrong of [['none'], ['ES256', 'none'], ['HS256'], 'ES256']) {
    const algs = wrong as readonly string[]
    t.throws(
      () => resourceMetadata({ resource: host, resource_signing_alg_values_supported: algs }),
      {
        message: /resource_signing_alg_values_supported must be/,
      },
    )
  }
  const send = await described(t, { resource_signing_alg_values_supported: ['ES256'] })
  const answer = members(await send(undefined, { path: wellKnown }))
  t.deepEqual(answer['resource_signing_alg_values_supported'], ['ES256'])
})

test('RS-180 §2.1: what people read may be there in their languages, and must be without one', async (t) => {
  const names = {
    resource_name: 'Orders',
    'resource_name#de': 'Bestellungen',
    'resource_name#zh-Hant': '訂單',
    resource_tos_uri: `${host}/terms`,
    'resource_tos_uri#de': `${host}/agb`,
    resource_documentation: `${host}/docs`,
    resource_policy_uri: `${host}/policy`,
  }
  const send = await described(t, names)
  const answer = members(await send(undefined, { path: wellKnown }))
  t.like(answer, names)
  const wrong: readonly object[] = [
    { 'resource_name#de': 'Bestellungen' },
    { resource_name: 'Orders', 'resource_name#': 'Bestellungen' },
    { resource_name: 'Orders', 'resource_name#d e': 'Bestellungen' },
    { resource_name: 'Orders', 'resource_name#de': 1 },
    { resource_name: '' },
    { resource_tos_uri: 'terms' },
    { resource_tos_uri: `${host}/terms`, 'resource_tos_uri#de': 'agb' },
    { 'jwks_uri#de': `${host}/jwks` },
  ]
  for (const given of wrong) {
    t.throws(
      () => resourceMetadata({ resource: host, ...given }),
      { instanceOf: TypeError },
      JSON.stringify(given),
    )
  }
})

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

test('RS-181 §2.2: signed metadata is the same members, signed, with iss, and not in itself', async (t) => {
  const jwk = { ...pair.privateKey.export({ format: 'jwk' }), kty: 'EC', alg: 'ES256', kid: 'k1' }
  for (const signed of [{ key: pair.privateKey, alg: 'ES256', kid: 'k1' }, { key: jwk }]) {
    const send = await described(t, {
      signed,
      resource_name: 'Orders',
      scopes_supported: () => ['a'],
    })
    const { signed_metadata, ...rest } = members(await send(undefined, { path: wellKnown }))
    const jws = signed_metadata as string
    await t.notThrowsAsync(compactVerify(jws, pair.publicKey, { algorithms: ['ES256'] }))
    const { iss, iat, ...said } = decodeJwt(jws)
    t.deepEqual(said, rest)
    t.is(iss, host)
    t.true(Math.abs(Date.now() / 1000 - iat!) < 10)
    t.deepEqual(decodeProtectedHeader(jws), { alg: 'ES256', kid: 'k1' })
  }
})

test('RS-181 §2.2: what can sign nothing is refused when it is made', (t) => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const key = pair.privateKey
  const wrong: readonly object[] = [
    {},
    { key },
    { key, alg: 'none' },
    { key, alg: 'RS256' },
    { key, alg: 'HS256' },
    { key: pair.publicKey, alg: 'ES256' },
    { key: pair.publicKey.export({ format: 'jwk' }), alg: 'ES256' },
    { key: weak, alg: 'RS256' },
    { key: 'secret', alg: 'ES256' },
    { key, alg: 'ES256', kid: 1 },
    { key, alg: 'ES256', typ: 'jwt' },
  ]
  for (const signed of wrong) {
    t.throws(
      () => resourceMetadata({ resource: host, signed: signed as never }),
      { instanceOf: TypeError, message: /^resourceMetadata, signed/ },
      JSON.stringify(signed),
    )
  }
})

test('RS-182 §5.1: challenges of both schemes name the document', async (t) => {
  const send = await described(t, {}, { confirmation: dpop() })
  const url = `${host}${wellKnown}`
  for (const token of [undefined, 'bad']) {
    const { challenges } = await send(token)
    t.deepEqual(
      challenges.map(({ scheme, parameters }) => [scheme, parameters['resource_metadata']]),
      [
        ['Bearer', url],
        ['DPoP', url],
      ],
    )
  }
  const bound = await described(t, {}, { confirmation: dpop(), senderConstrained: true })
  const { challenges } = await bound()
  t.deepEqual(
    challenges.map(({ scheme, parameters }) => [scheme, parameters['resource_metadata']]),
    [['DPoP', url]],
  )
})

test('RS-182, RS-230 §5.1: so do those of guards, with the scope', async (t) => {
  const challenge = { scope: 'orders:read' }
  const protect = protecting({}, { challenge })
  const send = await serving(t, protect, requireScope('orders:write'))
  const url = `${host}${wellKnown}`
  t.like((await send()).bearer, { scope: 'orders:read', resource_metadata: url })
  const refused = await send(await as.accessToken({ scope: 'orders:read' }))
  t.is(refused.status, 403)
  t.like(refused.bearer, {
    error: 'insufficient_scope',
    scope: 'orders:write',
    resource_metadata: url,
  })
})

test('RS-183 §5.2: a client that follows a new challenge finds what has changed', async (t) => {
  const before = await described(t)
  const first = (await before()).bearer?.['resource_metadata'] ?? ''
  const after = await described(t, { resource: `${host}/v2`, resource_name: 'New' })
  const second = (await after('bad')).bearer?.['resource_metadata'] ?? ''
  t.not(first, second)
  const answer = await after(undefined, { path: second.slice(host.length) })
  t.is(members(answer)['resource_name'], 'New')
})

test('RS-184: a document that disagrees with the resource server is refused at start', (t) => {
  const metadata = (resource = host): ReturnType<typeof resourceMetadata> =>
    resourceMetadata({ resource })
  const wrong: readonly [Options, RegExp][] = [
    [{ audience: 'urn:orders' }, /the audience of resourceServer\(\) must have it/],
    [{ audience: `${host}/` }, /audience/],
    [{ audience: `${host}/orders` }, /audience/],
    [{ baseUrl: 'https://elsewhere.example.com' }, /baseUrl/],
    [{ challenge: { resource_metadata: `${host}/other` } }, /exclude each other/],
    [{ metadata: {} as never }, /metadata must be resourceMetadata/],
    [{ metadata: (() => undefined) as never }, /metadata must be resourceMetadata/],
  ]
  for (const [options, message] of wrong) {
    t.throws(
      () => resourceServer({ audience: host, tokens, metadata: metadata(), ...options }),
      { instanceOf: TypeError, message },
      String(message),
    )
  }
  const twice = [{ resource: host }, { resource: 'https://other.example.com' }] as const
  t.throws(() => resourceMetadata(...twice), { message: /the same path/ })
  t.throws(() => (resourceMetadata as () => unknown)(), { message: /one resource or more/ })
})

test('RS-184: of one resource there are not two descriptions', (t) => {
  const metadata = resourceMetadata({ resource: host })
  const options = { audience: host, tokens, metadata }
  resourceServer(options)
  t.notThrows(() => resourceServer({ ...options, anonymous: true }))
  t.throws(() => resourceServer({ ...options, formBody: true }), {
    instanceOf: TypeError,
    message: /two resource servers are https:\/\/api\.example\.com, and they differ/,
  })
})

test('RS-184: scripts of any origin may read the document, by a preflight too', async (t) => {
  const send = await described(t)
  const Origin = 'https://app.example.com'
  const { status, headers } = await send(undefined, { path: wellKnown, headers: { Origin } })
  t.deepEqual([status, headers.get('Access-Control-Allow-Origin')], [200, '*'])
  const preflight = {
    Origin,
    'Access-Control-Request-Method': 'GET',
    'Access-Control-Request-Headers': 'mcp-protocol-version',
  }
  const asked = await send(undefined, { path: wellKnown, method: 'OPTIONS', headers: preflight })
  t.is(asked.status, 204)
  t.is(asked.headers.get('Access-Control-Allow-Origin'), '*')
  t.regex(asked.headers.get('Access-Control-Allow-Methods') ?? '', /GET/)
  t.is(asked.headers.get('Access-Control-Allow-Headers'), '*')
  t.is(
    (await send(undefined, { headers: { Origin } })).headers.get('Access-Control-Allow-Origin'),
    null,
  )
})

test('RS-168 §3: an application serves it for a resource server that is mounted in it', async (t) => {
  const resource = `${host}/orders`
  const metadata = resourceMetadata({ resource })
  const protect = resourceServer({ audience: resource, tokens, metadata })
  const mounted: Middleware<any> = async (ctx, next) => {
    if (!ctx.path.startsWith('/orders')) return next()
    ctx.path = ctx.path.slice('/orders'.length) || '/'
    await protect(ctx, next)
    return undefined
  }
  const send = await serving(t, metadata, mounted)
  const { bearer } = await send(undefined, { path: '/orders/1' })
  t.is(bearer?.['resource_metadata'], `${host}${wellKnown}/orders`)
  t.is((await send(undefined, { path: `${wellKnown}/orders` })).status, 200)
  t.is((await send(undefined, { path: '/open' })).body, '/open')
})

test('metadata of no resource server is a mistake that says so', async (t) => {
  const app = new Koa()
  const errors: Error[] = []
  app.on('error', (error: Error) => errors.push(error)).use(resourceMetadata({ resource: host }))
  const send = sender(await listen(t, app))
  t.is((await send(undefined, { path: wellKnown })).status, 500)
  t.regex(errors[0]?.message ?? '', /give it to resourceServer\(\{ metadata \}\)/)
})
