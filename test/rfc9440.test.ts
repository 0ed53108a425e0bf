import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import Koa from 'koa'
import { jwt, resourceServer, type ResourceServerOptions } from 'koa-resource-server'
import { mtls, type MtlsProxy } from 'koa-resource-server/mtls'
import { authorizationServer } from 'koa-resource-server/testing'
import { client, forwarded, other } from './forwarded-certificates.ts'
import { type Api, audience, listen, protect, sender, sendRaw } from './kit.ts'
import { ask, serveTls } from './mutual-tls.ts'

const as = await authorizationServer({ audience })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const bound = await as.accessToken({ cnf: { 'x5t#S256': client.thumbprint } })
test.after.always(async () => as.close())

const binary = `:${client.der.toString('base64')}:`
const loopback = ['127.0.0.1']

/** An API behind a proxy: the test itself, which connects from 127.0.0.1. */
async function behind(t: ExecutionContext, proxy: Partial<MtlsProxy> = {}): Promise<Api> {
  return protect(t, { tokens, confirmation: mtls({ proxy: { trusted: loopback, ...proxy } }) })
}

/** Sends lines as the proxy does, with the bound token. */
async function status(t: ExecutionContext, { url }: Api, ...lines: string[]): Promise<number> {
  const { status, challenges } = await sendRaw(url, [
    'GET / HTTP/1.1',
    `Authorization: Bearer ${bound}`,
    ...lines,
  ])
  if (status === 401) {
    t.is(challenges[0]?.scheme, 'Bearer')
    t.is(challenges[0]?.parameters['error'], 'invalid_token')
  }
  return status
}

for (const [name, { field, genuine, others }] of Object.entries(forwarded)) {
  const format = name as NonNullable<MtlsProxy['format']>
  const value = genuine[0]![1]

  test(`RS-159, RS-160 §2: ${format} from a trusted hop tells of the certificate`, async (t) => {
    const api = await behind(t, { format })
    for (const [title, value] of genuine) {
      t.is(await status(t, api, `${field}: ${value}`), 200, title)
    }
    t.is(await status(t, api, `${field.toUpperCase()}: ${value}`), 200)
    t.is(await status(t, api, `${field.toLowerCase()}:${value} \t`), 200)
  })

  test(`RS-161, RS-165 §2: ${format} that is malformed, or another's, is refused`, async (t) => {
    const api = await behind(t, { format })
    for (const [title, value] of others) {
      t.is(await status(t, api, `${field}: ${value}`), 401, title)
    }
    t.is(await status(t, api), 401, 'no field')
    t.deepEqual(api.admitted, [])
  })

  test(`RS-165 §2: ${format} in two fields is refused, whatever they say`, async (t) => {
    const api = await behind(t, { format })
    const line = `${field}: ${value}`
    for (const second of [line, `${field.toLowerCase()}: ${value}`, `${field}: a`, `${field}:`]) {
      t.is(await status(t, api, line, second), 401, second)
      t.is(await status(t, api, second, 'Accept: */*', line), 401, second)
    }
    t.deepEqual(api.admitted, [])
  })

  test(`RS-164 §4: ${format} counts from a hop that is trusted alone`, async (t) => {
    for (const trusted of ['192.0.2.1', '10.0.0.0/8', '127.0.0.2/31', '::1', 'unix']) {
      const api = await behind(t, { format, trusted })
      t.is(await status(t, api, `${field}: ${value}`), 401, trusted)
    }
    for (const trusted of ['127.0.0.0/8', '::ffff:127.0.0.1', ['unix', '192.0.2.1', '127.0.0.1']]) {
      const api = await behind(t, { format, trusted })
      t.is(await status(t, api, `${field}: ${value}`), 200, String(trusted))
    }
  })
}

test('RS-164 §4: what names the hop is the connection, not a header', async (t) => {
  const api = await behind(t, { trusted: '10.0.0.1' })
  api.app.proxy = true
  const headers = ['X-Forwarded-For: 10.0.0.1', 'X-Real-IP: 10.0.0.1', 'Forwarded: for=10.0.0.1']
  const https = 'X-Forwarded-Proto: https'
  t.is(await status(t, api, `Client-Cert: ${binary}`, https, ...headers), 401)
})

test('RS-164 §4: a header is only read where a proxy is configured, and only its own', async (t) => {
  const direct = await protect(t, { tokens, confirmation: mtls() })
  const lines = Object.values(forwarded).map(({ field, genuine }) => `${field}: ${genuine[0]![1]}`)
  t.is(await status(t, direct, ...lines), 401)
  for (const format of ['rfc9440', 'nginx', 'envoy', 'aws-alb'] as const) {
    const api = await behind(t, { format })
    const { field } = forwarded[format]
    t.is(await status(t, api, ...lines), 200)
    t.is(await status(t, api, ...lines.filter((line) => !line.startsWith(`${field}:`))), 401)
  }
})

test('RS-164 §4: the field may have another name', async (t) => {
  const api = await behind(t, { field: 'X-Client-CERT' })
  t.is(await status(t, api, `X-Client-Cert: ${binary}`), 200)
  t.is(await status(t, api, `Client-Cert: ${binary}`), 401)
  t.is(await status(t, api, `Client-Cert: ${binary}`, 'X-Client-Cert: a'), 401)
})

test('RS-164 §4: a field that is spelled about alike is another one', async (t) => {
  const api = await behind(t)
  for (const name of ['Client_Cert', 'ClientCert', 'X-Client-Cert', 'Client-Cert-Chain']) {
    t.is(await status(t, api, `${name}: ${binary}`), 401, name)
    t.is(await status(t, api, `${name}: :AA==:`, `Client-Cert: ${binary}`), 200, name)
  }
  for (const name of ['Client-Cert ', ' Client-Cert', 'Client-Cert\t', 'Client-Cert\0']) {
    t.is((await status(t, api, 'Accept: a', `${name}: ${binary}`)) === 200, false, name)
  }
})

test('RS-164 §4: what a client folds into a line, or sends in the query or a trailer, is no field', async (t) => {
  const api = await behind(t)
  t.not(await status(t, api, 'Accept: a', ` Client-Cert: ${binary}`), 200)
  t.not(await status(t, api, `Client-Cert: ${binary.slice(0, 20)}`, ` ${binary.slice(20)}`), 200)
  t.not(await status(t, api, `Accept: a\rClient-Cert: ${binary}`), 200)
  const { url } = api
  const { status: inQuery } = await sendRaw(url, [
    `GET /?Client-Cert=${encodeURIComponent(binary)} HTTP/1.1`,
    `Authorization: Bearer ${bound}`,
  ])
  t.is(inQuery, 401)
  const { status: inTrailer } = await sendRaw(url, [
    'POST / HTTP/1.1',
    `Authorization: Bearer ${bound}`,
    'Transfer-Encoding: chunked',
    'Connection: close',
    'Trailer: Client-Cert',
    'Host: 127.0.0.1',
    '',
    '0',
    `Client-Cert: ${binary}`,
  ])
  t.is(inTrailer, 401)
  t.deepEqual(api.admitted, [])
})

test('RS-164 §4: a value beyond all measure is refused', async (t) => {
  const api = await behind(t)
  t.is(await status(t, api, `Client-Cert: :${'A'.repeat(12_000)}:`), 401)
  t.is(await status(t, api, `Client-Cert: :${'A'.repeat(32_000)}:`), 431)
})

test('RS-164 §4: behind a proxy its own certificate stands for no client', async (t) => {
  const { app } = await behind(t)
  const server = await serveTls(t, app)
  t.is((await ask(server, bound, client)).status, 401)
  t.is((await ask(server, bound, { ...client, headers: { 'Client-Cert': ':AA==:' } })).status, 401)
  t.is((await ask(server, bound, { ...other, headers: { 'Client-Cert': binary } })).status, 200)
  t.is((await ask(server, bound, { headers: { 'Client-Cert': binary } })).status, 200)
})

test('RS-167: a token that is not bound needs no certificate, unless it must be bound', async (t) => {
  const token = await as.accessToken()
  const { send } = await behind(t, { trusted: '10.0.0.1' })
  t.is((await send(token)).status, 200)
  const confirmation = mtls({ proxy: { trusted: loopback } })
  const strict = await protect(t, { tokens, confirmation, senderConstrained: true })
  t.is((await strict.send(token, { headers: { 'Client-Cert': binary } })).status, 401)
  t.is((await strict.send(bound, { headers: { 'Client-Cert': binary } })).status, 200)
})

test('RS-164 §4: a proxy may connect through a Unix domain socket', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'api-'))
  t.teardown(async () => rm(directory, { recursive: true }))
  for (const [trusted, wanted] of [
    ['unix', 200],
    [['unix', '10.0.0.1'], 200],
    [['127.0.0.1', '::1', '0.0.0.0/0', '::/0'], 401],
  ] as const) {
    const { app } = await behind(t, { trusted })
    const socketPath = join(directory, `${String(trusted).length}.sock`)
    const server = createServer(app.callback()).listen(socketPath)
    await once(server, 'listening')
    const headers = { Authorization: `Bearer ${bound}`, 'Client-Cert': binary }
    const sent = request({ socketPath, headers, agent: false }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    t.is(response.statusCode, wanted, String(trusted))
    await new Promise((closed) => server.close(closed))
  }
})

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
const onIpv6 = addresses.some(({ address }) => address === '::1') ? test : test.skip

onIpv6('RS-164 §4: hops are known by IPv6, and by IPv4 within it', async (t) => {
  for (const [trusted, host, wanted] of [
    ['::1', '::1', 200],
    ['::/64', '::1', 200],
    ['::2', '::1', 401],
    ['127.0.0.1', '::1', 401],
    ['127.0.0.1', '127.0.0.1', 200],
    ['127.0.0.0/8', '127.0.0.1', 200],
    ['::1', '127.0.0.1', 401],
    ['10.0.0.0/8', '127.0.0.1', 401],
  ] as const) {
    const { app } = await behind(t, { trusted })
    const server = createServer(app.callback()).listen(0, '::')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const headers = { Authorization: `Bearer ${bound}`, 'Client-Cert': binary }
    const sent = request({ host, port, headers, agent: false }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    t.is(response.statusCode, wanted, `${host}, trusted ${trusted}`)
    await new Promise((closed) => server.close(closed))
  }
})

/** What becomes of a request whose client resets the connection as soon as it is sent. */
async function afterReset(
  t: ExecutionContext,
  options: Partial<ResourceServerOptions>,
): Promise<unknown> {
  const app = new Koa()
  const outcome = new Promise((resolve) => {
    app.use(async (_, next) => next().then(() => resolve('admitted'), resolve))
  })
  app.use(resourceServer({ audience, tokens, ...options })).use((ctx) => (ctx.body = 'through'))
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const lines = ['GET / HTTP/1.1', 'Host: a', `Authorization: Bearer ${bound}`]
  socket.write(`${[...lines, `Client-Cert: ${binary}`].join('\r\n')}\r\n\r\n`, () => {
    socket.resetAndDestroy()
  })
  return outcome
}

test('RS-164 §4: a client that is gone before it is looked at does not pass for a Unix domain socket', async (t) => {
  const confirmation = mtls({ proxy: { trusted: ['unix', '10.0.0.1'] } })
  const refusal = await afterReset(t, { confirmation, insecureHttp: true })
  t.like(refusal, { name: 'InvalidToken', reason: 'binding' })
})

test('RS-12 §5.3: a client that is gone before it is looked at does not pass for one of this machine', async (t) => {
  const app = new Koa()
  app.use(async (ctx, next) => {
    Object.defineProperty(ctx.req.socket, 'remoteAddress', { value: undefined })
    await next()
  })
  app.use(resourceServer({ audience, tokens })).use((ctx) => (ctx.body = 'through'))
  const { status, bearer } = await sender(await listen(t, app))(await as.accessToken())
  t.is(status, 400)
  t.is(bearer?.['error'], 'invalid_request')
})
