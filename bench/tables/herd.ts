import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { bearer, type Load, load } from '../load.ts'
import { makeKey } from '../keys.ts'
import { ServerProcess, withServers } from '../servers/server-process.ts'
import { exactly } from '../statistics.ts'
import type { Table } from '../table.ts'
import { accessToken, accessTokens, many, opaqueTokens } from '../tokens.ts'
import type { World } from '../world.ts'

/** How many calls reach the authorization server where many requests come at once. */
export const herd: Table = {
  id: 'herd',
  title:
    'Many requests at once: calls to the authorization server (introspection endpoint of 500 ms)',
  async measure(world) {
    const ids = ['koa-resource-server-opaque', 'koa-fetch', 'koa-resource-server'] as const
    const starting = ids.map(async (id) => ServerProcess.start(id, world.place))
    return withServers(starting, async ([opaque, fetch, jwt]) => {
      const good = await herdOf(world, opaque!, 0)
      const failing = await herdOf(world, opaque!, 1)
      const byFetch = await herdOf(world, fetch!, 0)
      await world.issuer.behave(0, 5)
      const floodOf = await forgedKids(world, jwt!)
      const rotated = await newKey(world, jwt!)
      const herds = '500 first requests for one opaque token'
      return {
        rows: [
          ['', 'calls', 'answers', 'p99 ms'],
          [`${herds}, **koa-resource-server**`, ...good.cells],
          ['the same where the first call fails', ...failing.cells],
          [`${herds}, one \`fetch\` a request`, ...byFetch.cells],
          ['5,000 forged kids', ...floodOf.cells],
          ['100 requests by a new key, 2 s after the last fetch', ...rotated.cells],
        ],
        figures: {
          'herd calls': exactly(good.calls),
          'failing herd calls': exactly(failing.calls),
          'forged kid fetches': exactly(floodOf.calls),
          'new key refused': exactly(100 - (rotated.statuses.get(200) ?? 0)),
        },
      }
    })
  },
}

interface Counted {
  readonly calls: number
  readonly statuses: Load['statuses']
  readonly cells: readonly string[]
}

async function herdOf(
  { issuer }: World,
  server: ServerProcess,
  failures: number,
): Promise<Counted> {
  // Long enough for all to come before the first answer does.
  await issuer.behave(failures, 500)
  await issuer.calls()
  const done = await load(server.port, opaqueTokens(1).map(bearer), 500, 500)
  return counted(done, (await issuer.calls()).introspection)
}

async function forgedKids({ issuer, place }: World, server: ServerProcess): Promise<Counted> {
  const foreign = makeKey('ES256')
  const tokens = await many(5000, async () => accessToken(place, foreign, {}, randomUUID()))
  await issuer.calls()
  const done = await load(server.port, tokens.map(bearer), 5000, 2500)
  return counted(done, (await issuer.calls()).keySet)
}

async function newKey({ issuer, place }: World, server: ServerProcess): Promise<Counted> {
  const key = await issuer.newKey('ES256')
  const tokens = await accessTokens(place, key, 100)
  const { lastFetch } = await issuer.calls()
  await delay(Math.max(0, lastFetch + 2000 - Date.now()))
  const done = await load(server.port, tokens.map(bearer), 100, 100)
  return counted(done, (await issuer.calls()).keySet)
}

function counted({ statuses, p99 }: Load, calls: number): Counted {
  const answers = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')
  return { calls, statuses, cells: [String(calls), answers, p99.toFixed(1)] }
}
