import { loadRows } from '../cells.ts'
import { bearer } from '../load.ts'
import { race } from '../race.ts'
import { addedRatio, cpuRatio } from '../rounds.ts'
import type { Table } from '../table.ts'
import { opaqueTokens } from '../tokens.ts'

const [bare, ours, byHand] = ['koa-bare', 'koa-resource-server-opaque', 'koa-fetch'] as const
const lanes = [
  [bare, 'bare Koa', bare],
  [ours, '**koa-resource-server**', bare],
] as const
const lanesWithFetch = [...lanes, [byHand, 'one `fetch` a request', bare]] as const

/** An opaque token that the authorization server has been asked about. */
export const seenOpaque: Table = {
  id: 'opaque-same',
  title: 'An opaque token seen before: the same token (introspection endpoint of 5 ms)',
  async measure({ place }, effort) {
    const seen = opaqueTokens(1).map(bearer)
    const samples = await race([bare, ours], place, effort, 6000, () => seen)
    const ratio = cpuRatio(samples, ours, bare)
    return { rows: loadRows(samples, lanes), figures: { 'opaque seen ÷ bare': ratio } }
  },
}

/** No opaque token ever comes again. */
export const newOpaque: Table = {
  id: 'opaque-new',
  title: 'Opaque tokens not seen before (introspection endpoint of 5 ms)',
  async measure({ place }, effort) {
    const count = effort.quick ? 1000 : 2000
    const requests = (): string[] => opaqueTokens(count).map(bearer)
    const samples = await race([bare, ours, byHand], place, effort, count, requests)
    const added = addedRatio(samples, ours, byHand, bare)
    return {
      rows: loadRows(samples, lanesWithFetch),
      figures: { 'opaque new added ÷ fetch': added },
    }
  },
}
