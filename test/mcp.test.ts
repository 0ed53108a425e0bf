import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import test, { type ExecutionContext } from 'ava'
import { authorizationServer } from 'koa-resource-server/testing'
import { makeMcpServer } from '../example-api/mcp/mcp-server.ts'
import { type Answer, issuing, listen, sender } from './kit.ts'

const run = promisify(execFile)
const cwd = fileURLToPath(new URL('..', import.meta.url))
const resource = 'http://127.0.0.1/mcp'

type Call = (token?: string, body?: object) => Promise<Answer>

/** Serves the MCP server of the example, with an authorization server that gives its tokens. */
async function serving(
  t: ExecutionContext,
): Promise<{ call: Call; as: Awaited<ReturnType<typeof issuing>> }> {
  const as = await issuing(t, { audience: resource })
  const send = sender(await listen(t, makeMcpServer(resource, as.issuer)))
  const call: Call = async (token, body = message('tools/list')) =>
    send(token, {
      path: '/mcp',
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
    })
  return { call, as }
}

function message(method: string, params: object = {}): object {
  return { jsonrpc: '2.0', id: 1, method, params }
}

const calling = (name: string): object => message('tools/call', { name })

test.serial(
  'RS-227, RS-230: npm run mcp: the SDK’s client gets from a bare 401 to a tool, and steps up',
  async (t) => {
    const args = ['--import=tsx', 'example-api/mcp/main.ts']
    const { stdout } = await run(process.execPath, args, { cwd, timeout: 50_000 })
    t.regex(stdout, /\n13 steps, 0 unexpected\n$/)
  },
)

test('RS-228: a token for another audience is refused', async (t) => {
  const { call, as } = await serving(t)
  t.is((await call(await as.accessToken())).status, 200)
  for (const aud of ['http://127.0.0.1', 'http://127.0.0.1/', 'http://127.0.0.1/mcp/x', 'x']) {
    const { status, bearer } = await call(await as.accessToken({ aud }))
    t.is(status, 401, aud)
    t.is(bearer?.['error'], 'invalid_token')
  }
  const other = await authorizationServer({ audience: resource, issuer: 'https://mcp.example.com' })
  t.is((await call(await other.accessToken())).status, 401)
})

test.serial('RS-228: what is behind the resource server gets no token to pass on', async (t) => {
  const { call, as } = await serving(t)
  const { prototype } = WebStandardStreamableHTTPServerTransport
  const { handleRequest } = prototype
  const got: Parameters<typeof handleRequest>[] = []
  prototype.handleRequest = async function (...args) {
    got.push(args)
    return handleRequest.apply(this, args)
  }
  t.teardown(() => (prototype.handleRequest = handleRequest))
  const token = await as.accessToken()
  t.is((await call(token)).status, 200)
  const [request, options] = got[0]!
  t.false(JSON.stringify([[...request.headers], options]).includes(token))
  t.is(got.length, 1)
})

test('RS-229, RS-230: invalid or expired is 401, insufficient 403, malformed 400, each with what to do', async (t) => {
  const { call, as } = await serving(t)
  const resource_metadata = 'http://127.0.0.1/.well-known/oauth-protected-resource/mcp'
  const read = await as.accessToken({ scope: 'orders:read' })
  const scope = 'orders:read'
  t.like(await call(), { status: 401, bearer: { scope, resource_metadata } })
  for (const token of ['made-up', await as.accessToken({ exp: 1 })]) {
    const bearer = { error: 'invalid_token', scope, resource_metadata }
    t.like(await call(token), { status: 401, bearer })
  }
  t.like(await call('a b'), { status: 400, bearer: { error: 'invalid_request' } })
  const bearer = { error: 'insufficient_scope', resource_metadata }
  t.like(await call(read, calling('order_tea')), { status: 403, bearer })
  t.is((await call(read, calling('list_orders'))).status, 200)
})

test('RS-231: all scopes that an operation needs are in one challenge, whatever the token has', async (t) => {
  const { call, as } = await serving(t)
  for (const scope of ['orders:read', 'orders:write', 'other', undefined]) {
    const { status, bearer } = await call(await as.accessToken({ scope }), calling('order_tea'))
    t.is(status, 403)
    t.is(bearer?.['scope'], 'orders:read orders:write')
  }
  const both = await as.accessToken({ scope: 'orders:write orders:read' })
  t.is((await call(both, calling('order_tea'))).status, 200)
})

test('RS-231: nor can it be had in an array of messages', async (t) => {
  const { call, as } = await serving(t)
  const read = await as.accessToken({ scope: 'orders:read' })
  const { status, bearer } = await call(read, [calling('list_orders'), calling('order_tea')])
  t.is(status, 403)
  t.is(bearer?.['scope'], 'orders:read orders:write')
  for (const odd of [
    [null],
    [],
    [[calling('order_tea')]],
    { method: 'tools/call' },
    calling('toString'),
  ]) {
    const { body } = await call(read, odd)
    t.false(body.includes('"tea"'), JSON.stringify(odd))
  }
})

test('RS-233: offline_access stands nowhere', async (t) => {
  const { call, as } = await serving(t)
  const answers = [
    await call(),
    await call(await as.accessToken({ scope: '' }), calling('order_tea')),
  ]
  for (const { headers } of answers) {
    t.false(headers.get('WWW-Authenticate')!.includes('offline_access'))
  }
})
