import { loadRows } from '../cells.ts'
import { request } from '../load.ts'
import { boundClients, proofOf } from '../proofs.ts'
import { cpuRatio, interleave, type Lane } from '../rounds.ts'
import { ServerProcess, withServers } from '../servers/server-process.ts'
import type { Table } from '../table.ts'
import { many } from '../tokens.ts'

const [bare, floor, ours] = ['koa-bare', 'koa-floor-dpop', 'koa-resource-server-dpop'] as const
const contenders = [
  [bare, 'bare Koa', bare],
  [floor, 'floor, by hand', bare],
  [ours, '**koa-resource-server**', bare],
] as const

/** Bound tokens of 100 clients, a fresh proof with every request. */
export const dpopTable: Table = {
  id: 'dpop',
  title: 'DPoP: tokens seen before (RS256), a fresh proof with each request (ES256)',
  async measure({ place, issuer }, effort) {
    const count = effort.quick ? 1000 : 2000
    const clients = await boundClients(place, issuer.key('RS256'), 100)
    let batch = { round: NaN, requests: [] as readonly string[] }
    const requests = async (round: number): Promise<readonly string[]> => {
      if (round === batch.round) return batch.requests
      const fresh = await many(count, async (i) => {
        const client = clients[i % clients.length]!
        const proof = await proofOf(place, client)
        return request({ Authorization: `DPoP ${client.token}`, DPoP: proof })
      })
      batch = { round, requests: fresh }
      return fresh
    }
    const starting = contenders.map(async ([id]) => ServerProcess.start(id, place))
    return withServers(starting, async (servers) => {
      const lanes = servers.map((server, i): Lane => ({
        name: contenders[i]![0],
        server,
        requests,
      }))
      const samples = await interleave(lanes, effort, count)
      const rows = loadRows(samples, contenders)
      return { rows, figures: { 'DPoP ÷ floor': cpuRatio(samples, ours, floor) } }
    })
  },
}
