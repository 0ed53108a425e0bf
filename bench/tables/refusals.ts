import { randomUUID } from 'node:crypto'
import { loadRows } from '../cells.ts'
import { makeKey } from '../keys.ts'
import { bearer, request } from '../load.ts'
import { cpuRatio, interleave, type Lane } from '../rounds.ts'
import { ServerProcess, withServers } from '../servers/server-process.ts'
import type { Figure } from '../statistics.ts'
import type { Table } from '../table.ts'
import { accessToken, accessTokens, many, withWrongSignatures } from '../tokens.ts'

const many500 = 'accepted, 500 connections'

/** What refusing costs: an attacker must not be dearer than a client. */
export const refusals: Table = {
  id: 'refusals',
  title: 'Requests that are refused (RS256, tokens not seen before)',
  async measure({ place, issuer }, effort) {
    const count = effort.quick ? 1000 : 2000
    const key = issuer.key('RS256')
    const foreign = makeKey('RS256')
    const longAgo = { exp: Math.floor(Date.now() / 1000) - 3600 }
    const signed = async (claims = {}): Promise<string[]> => accessTokens(place, key, count, claims)
    const forged = async (): Promise<string[]> =>
      many(count, async () => accessToken(place, foreign, {}, randomUUID()))
    const wrong = async (): Promise<string[]> => withWrongSignatures(await signed())
    const starting = ServerProcess.start('koa-resource-server', place)
    return withServers([starting], async ([started]) => {
      const server = started!
      const bearers = (tokens: () => Promise<string[]>) => async (): Promise<string[]> =>
        (await tokens()).map(bearer)
      const refused = { server, status: 401 }
      const lanes: readonly Lane[] = [
        { name: 'accepted', server, requests: bearers(signed) },
        { name: 'expired', ...refused, requests: bearers(async () => signed(longAgo)) },
        { name: 'bad signature', ...refused, requests: bearers(wrong) },
        { name: 'no token', ...refused, requests: () => [request({})] },
        { name: many500, server, connections: 500, requests: bearers(signed) },
        { name: 'forged kid', ...refused, connections: 500, requests: bearers(forged) },
      ]
      const samples = await interleave(lanes, effort, count)
      const rows = lanes.map(({ name, connections }) => [name, name, baseOf(connections)] as const)
      const kinds = lanes.filter(({ status }) => status === 401)
      const figures = kinds.map(({ name, connections }) => [
        `${name} ÷ cold`,
        cpuRatio(samples, name, baseOf(connections)),
      ])
      return {
        rows: loadRows(samples, rows, 'accepted'),
        figures: Object.fromEntries(figures) as Record<string, Figure>,
        notes: ['A forged kid waits for the next fetch of the key set, so 500 are sent at once.'],
      }
    })
  },
}

/** What a lane is compared with: accepted requests, as many at once. */
function baseOf(connections: number | undefined): string {
  return connections === undefined ? 'accepted' : many500
}
