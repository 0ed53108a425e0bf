import { loadRows } from '../cells.ts'
import { bearer } from '../load.ts'
import { addedRatio, cpuRatio, interleave, type Lane, type Samples } from '../rounds.ts'
import { ServerProcess, withServers } from '../servers/server-process.ts'
import type { Effort, Table } from '../table.ts'
import { opaqueTokens } from '../tokens.ts'
import type { World } from '../world.ts'

const [bare, ours, byHand] = ['koa-bare', 'koa-resource-server-opaque', 'koa-fetch'] as const
const contenders = [
  [bare, 'bare Koa', bare],
  [ours, '**koa-resource-server**', bare],
  [byHand, 'one `fetch` a request', bare],
] as const

/** An opaque token that the authorization server has been asked about. */
export const seenOpaque: Table = {
  id: 'opaque-same',
  title: 'An opaque token seen before: the same token (introspection endpoint of 5 ms)',
  async measure(world, effort) {
    const seen = opaqueTokens(1).map(bearer)
    const samples = await race(world, effort, effort.quick ? 2000 : 4000, () => seen)
    const ratio = cpuRatio(samples, ours, bare)
    return { rows: loadRows(samples, contenders), figures: { 'opaque seen ÷ bare': ratio } }
  },
}

/** No opaque token ever comes again. */
export const newOpaque: Table = {
  id: 'opaque-new',
  title: 'Opaque tokens not seen before (introspection endpoint of 5 ms)',
  async measure(world, effort) {
    const count = effort.quick ? 1000 : 2000
    const samples = await race(world, effort, count, () => opaqueTokens(count).map(bearer))
    const added = addedRatio(samples, ours, byHand, bare)
    return { rows: loadRows(samples, contenders), figures: { 'opaque new added ÷ fetch': added } }
  },
}

async function race(
  { place }: World,
  effort: Effort,
  count: number,
  requests: Lane['requests'],
): Promise<Samples> {
  const starting = contenders.map(async ([id]) => ServerProcess.start(id, place))
  return withServers(starting, async (servers) => {
    const lanes = servers.map((server, i): Lane => ({ name: contenders[i]![0], server, requests }))
    return interleave(lanes, effort, count)
  })
}
