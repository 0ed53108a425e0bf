import { createServer } from 'node:http'
import { access } from '../client.ts'
import { listen, stop } from '../listening.ts'
import { ada } from '../registration.ts'
import { resourceOwner } from '../resource-owner.ts'
import { Steps } from '../walkthrough/steps.ts'
import { Agent } from './agent.ts'
import {
  answersWith,
  asksFor,
  describes,
  grantedTo,
  metadataOf,
  refusesMcp,
} from './expectations.ts'
import { makeAuthorizationServer } from './authorization-server.ts'
import { makeMcpServer } from './mcp-server.ts'

/** An agent that knows an MCP server's URL gets in, and further in; every answer is compared with the expected one. */
const servers = { mcp: createServer(), issuer: createServer() }
const url = `http://${await listen(servers.mcp, 0)}/mcp`
const issuer = `http://${await listen(servers.issuer, 0)}`
servers.mcp.on('request', makeMcpServer(url, issuer).callback())
servers.issuer.on('request', (await makeAuthorizationServer(issuer, url)).callback())
console.log(`MCP server ${url}, authorization server ${issuer}`)

setTimeout(() => {
  console.error('It takes too long')
  process.exit(1)
}, 60_000).unref()

const steps = new Steps(url)
const agent = new Agent(url)
const { authorization } = agent
const first = 'orders:read'
const both = 'orders:read orders:write'
await steps.section('Refused', refused)
await steps.section('From the bare 401 to a tool', getIn)
await steps.section('Step-up: a tool that needs more', stepUp)
await agent.close()
await Promise.all(Object.values(servers).map(stop))
console.log(`\n${steps.summary}`)
if (steps.unexpected > 0) process.exitCode = 1

async function refused(): Promise<void> {
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const requests = {
    'without a token': [undefined, 401, undefined],
    'with a made-up token': ['made-up', 401, 'invalid_token'],
    'with a malformed one': ['made up', 400, 'invalid_request'],
  } as const
  for (const [what, [token, status, error]] of Object.entries(requests)) {
    await steps.step(
      `POST /mcp ${what}`,
      () => access('POST', url, token, call),
      refusesMcp(url, status, error, first),
    )
  }
  await steps.step(
    'The metadata',
    () => access('GET', metadataOf(url)),
    describes(url, issuer, both),
  )
}

async function getIn(): Promise<void> {
  const request = await steps.step(
    'The agent connects, registers itself, and asks to be authorized',
    () => agent.connect(),
    asksFor(authorization, { url, issuer }, first),
  )
  await steps.step(
    'Ada logs in and consents; the agent exchanges its code, and connects',
    async () => agent.resume(await resourceOwner(ada).allow(request!), false),
    grantedTo(authorization, first),
  )
  await steps.step('It lists the tools', () => agent.tools(), {
    expected: { tools: 'list_orders order_tea' },
    see: (tools) => ({ tools: tools.join(' ') }),
  })
  await steps.step('It calls list_orders', () => agent.call('list_orders'), answersWith(0))
}

async function stepUp(): Promise<void> {
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'order_tea' } }
  const token = authorization.granted?.access_token
  await steps.step(
    'POST /mcp calls order_tea with the same token',
    () => access('POST', url, token, call),
    refusesMcp(url, 403, 'insufficient_scope', both),
  )
  const request = await steps.step(
    'The agent calls order_tea, and asks to be authorized for that',
    () => agent.call('order_tea'),
    asksFor(authorization, { url, issuer }, both),
  )
  await steps.step(
    'Ada logs in and consents; the agent exchanges its code',
    async () => agent.resume(await resourceOwner(ada).allow(new URL(request)), true),
    grantedTo(authorization, both),
  )
  await steps.step('It calls order_tea again', () => agent.call('order_tea'), answersWith(1))
  await steps.step('It calls list_orders', () => agent.call('list_orders'), answersWith(1))
}
