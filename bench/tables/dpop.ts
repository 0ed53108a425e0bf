import { loadRows } from '../cells.ts'
import { request } from '../load.ts'
import { boundClients, proofOf } from '../proofs.ts'
import { fresh, race } from '../race.ts'
import { cpuRatio } from '../rounds.ts'
import type { Table } from '../table.ts'
import { many } from '../tokens.ts'

const [bare, floor, ours] = ['koa-bare', 'koa-floor-dpop', 'koa-resource-server-dpop'] as const
const lanes = [
  [bare, 'bare Koa', bare],
  [floor, 'floor, by hand', bare],
  [ours, '**koa-resource-server**', bare],
] as const

/** Bound tokens of 100 clients, a fresh proof with every request. */
export const dpopTable: Table = {
  id: 'dpop',
  title: 'DPoP: tokens seen before (RS256), a fresh proof with each request (ES256)',
  async measure({ place, issuer }, effort) {
    const count = 2000
    const clients = await boundClients(place, issuer.key('RS256'), 100)
    const requests = fresh(async () =>
      many(count, async (i) => {
        const client = clients[i % clients.length]!
        const proof = await proofOf(place, client)
        return request({ Authorization: `DPoP ${client.token}`, DPoP: proof })
      }),
    )
    const samples = await race([bare, floor, ours], place, effort, count, requests)
    const ratio = cpuRatio(samples, ours, floor)
    return { rows: loadRows(samples, lanes), figures: { 'DPoP ÷ floor': ratio } }
  },
}
