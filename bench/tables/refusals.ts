import { randomUUID } from 'node:crypto'
import { loadRows } from '../cells.ts'
import { makeKey } from '../keys.ts'
import { bearer, request } from '../load.ts'
import { cpuRatio, interleave, type Lane } from '../rounds.ts'
import { ServerProcess, withServers } from '../servers/server-process.ts'
import type { Table } from '../table.ts'
import { accessToken, accessTokens, many, withWrongSignatures } from '../tokens.ts'

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
    /** What is sent, by what it is. */
    const kinds = {
      accepted: async () => signed(),
      expired: async () => signed(longAgo),
      'bad signature': async () => withWrongSignatures(await signed()),
      'forged kid': forged,
    }
    const starting = ServerProcess.start('koa-resource-server', place)
    return withServers([starting], async ([started]) => {
      const server = started!
      const lanes: Lane[] = []
      for (const [name, tokens] of Object.entries(kinds)) {
        const requests = async (): Promise<string[]> => (await tokens()).map(bearer)
        lanes.push({ name, server, status: name === 'accepted' ? 200 : 401, requests })
      }
      lanes.push({ name: 'no token', server, status: 401, requests: () => [request({})] })
      const samples = await interleave(lanes, effort, count, 500)
      const refused = lanes.slice(1).map(({ name }) => name)
      return {
        rows: loadRows(
          samples,
          lanes.map(({ name }) => [name, name, 'accepted']),
          'accepted',
        ),
        figures: Object.fromEntries(
          refused.map((kind) => [`${kind} ÷ cold`, cpuRatio(samples, kind, 'accepted')]),
        ),
        notes: ['500 connections at once; a forged kid waits for the next fetch of the key set.'],
      }
    })
  },
}
