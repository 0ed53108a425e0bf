import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import * as fc from 'fast-check'
import Koa from 'koa'
import { jwt, resourceServer } from 'koa-resource-server'
import { checkAnswer, secretsOf } from './api.ts'
import { audience, issue, issuer, jwks } from './issuer.ts'
import { expectStatus, property } from './property.ts'

const good = issue()
const app = new Koa()
app.silent = true
app.use(resourceServer({ audience, tokens: jwt({ issuer, jwks }) }))
app.use((ctx) => {
  ctx.body = 'through'
})
const server = createServer(app.callback()).unref()
const listening = new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
})

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
const line = fc.oneof(
  { weight: 4, arbitrary: fc.constant(`Authorization: Bearer ${good}`) },
  fc.constantFrom(
    `Authorization:Bearer ${good}`,
    `Authorization:   Bearer   ${good}   `,
    `Authorization : Bearer ${good}`,
    ` Authorization: Bearer ${good}`,
    `Authorization: Bearer\r\n ${good}`,
    `Authorization: Bearer ${good}\u0000`,
    `authorization: bearer ${good.slice(0, -1)}`,
    'Authorization: ',
    'Authorization',
    `Authorization: Bearer ${'a'.repeat(17_000)}`,
    `X-Forwarded-Authorization: Bearer ${good}`,
    'X-Forwarded-Proto: https',
    'Expect: 100-continue',
    'Transfer-Encoding: chunked',
    'Content-Length: 5',
    'Upgrade: h2c',
  ),
  fc.string({ unit: byte }).map((bytes) => `Authorization: Bearer ${bytes}`),
  fc.string({ unit: byte }).map((bytes) => `Authorization: ${bytes}`),
  fc.string({ unit: byte }),
)
const target = fc.constantFrom(
  '/',
  `/?access_token=${good}`,
  '//',
  '/%00',
  '/%',
  '*',
  'http://[',
  '/\u00e9',
)
const host = fc.constantFrom('api.example.com', '', 'a@b', '[', 'a b', 'evil.example.com/x?')

/** Requests as bytes on a connection, which Node's own parser may refuse before we see them. */
export const wire = property(
  'bytes on the wire: nobody without the token gets through, no answer is odd',
  0.01,
  [200, 400, 401],
  fc.tuple(
    fc.constantFrom('GET', 'HEAD', 'POST', 'PUT'),
    target,
    host,
    fc.array(line, { maxLength: 3 }),
  ),
  async ([method, path, host, lines]) => {
    const socket = connect(await listening, '127.0.0.1')
    const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...lines]
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer: it hangs')))
    socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
    const received = (await text(socket)).replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, '')
    const [top = '', ...rest] = received.split('\r\n\r\n')
    const [first = '', ...fields] = top.split('\r\n')
    const status = Number(first.split(' ')[1])
    const headers = Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.replace(/^[^:]*: /, ''),
      ]),
    )
    expectStatus(status, [200, 400, 401, 431], JSON.stringify(head))
    const parsed = headers['content-type'] !== undefined
    if (parsed) {
      const secrets = secretsOf(['Authorization', `Bearer ${good}`])
      checkAnswer({ status, headers, body: rest.join('') }, secrets)
    }
    if (
      status === 200 &&
      !lines.some((line) => /^authorization:/i.test(line) && line.includes(good))
    ) {
      throw new Error(`admitted: ${JSON.stringify(head)}`)
    }
    return status
  },
)
