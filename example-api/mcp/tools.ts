import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { ResourceOwner } from 'koa-resource-server'
import type { Orders } from '../resource-server/orders.ts'

/** What an agent can do, and what it must be granted for that. */
interface Tool {
  readonly description: string
  /** All scope tokens that it needs, so that one challenge tells them all. */
  readonly scope: readonly string[]
  readonly run: (orders: Orders, owner: ResourceOwner) => object
}

export const tools: Readonly<Record<string, Tool>> = {
  list_orders: {
    description: 'Lists the orders of the resource owner',
    scope: ['orders:read'],
    run: (orders, owner) => orders.of(owner),
  },
  order_tea: {
    description: 'Orders tea for the resource owner, and lists all orders',
    scope: ['orders:read', 'orders:write'],
    run(orders, owner) {
      orders.place(owner, 'tea', 1)
      return orders.of(owner)
    },
  },
}

/** The scope tokens that a JSON-RPC message, or several in an array, must have been granted. */
export function scopeOf(body: unknown): readonly string[] {
  const messages = [body].flat() as readonly Partial<ToolCall>[]
  const needed = messages.flatMap((message) =>
    message?.method === 'tools/call' ? (named(message.params?.name)?.scope ?? []) : [],
  )
  return [...new Set(needed)]
}

interface ToolCall {
  readonly method: string
  readonly params?: { readonly name?: unknown }
}

function named(name: unknown): Tool | undefined {
  return Object.hasOwn(tools, String(name)) ? tools[String(name)] : undefined
}

/** Makes an MCP server for one request, on behalf of who has granted it. */
export function makeTools(orders: Orders, owner: ResourceOwner): McpServer {
  const server = new McpServer({ name: 'orders', version: '1.0.0' })
  for (const [name, { description, run }] of Object.entries(tools)) {
    server.registerTool(name, { description }, () => ({
      content: [{ type: 'text', text: JSON.stringify(run(orders, owner)) }],
    }))
  }
  return server
}
