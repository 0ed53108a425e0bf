import { loadRows } from '../cells.ts'
import { bearer } from '../load.ts'
import { fresh, race } from '../race.ts'
import { across, addedRatio, cpuRatio, type Lane, type Samples } from '../rounds.ts'
import { own, peers } from '../servers/catalogue.ts'
import type { Effort, Findings, Table } from '../table.ts'
import { accessTokens } from '../tokens.ts'
import type { World } from '../world.ts'
import { availableOf } from './available.ts'

/** Requests of a round where tokens come again; servers get warm by them. */
const many = 6000

/** The same token all the time. */
export const sameToken: Table = {
  id: 'same',
  title: 'A JWT seen before: the same token (RS256)',
  async measure(world, effort) {
    const requests = await signed(world, 1)
    const { samples, findings } = await raceAll(world, effort, () => requests, many)
    const ratio = cpuRatio(samples, 'koa-resource-server', 'koa-bare')
    return { ...findings, figures: { 'jwt same ÷ bare': ratio } }
  },
}

/** As many tokens as an API of some use has clients at a time. */
export const thousandTokens: Table = {
  id: 'thousand',
  title: '1,000 JWTs in turn (RS256)',
  async measure(world, effort) {
    const requests = await signed(world, 1000)
    const { samples, findings } = await raceAll(world, effort, () => requests, many)
    const lanes = ['koa-resource-server', 'koa-jose'] as const
    const rates = across(samples, [...lanes], (ours, jose) => ours.rate / jose.rate)
    const ratio = cpuRatio(samples, 'koa-resource-server', 'koa-floor')
    return {
      ...findings,
      figures: { 'jwt 1000 ÷ floor': ratio, 'jwt 1000 rate ÷ jose': rates },
    }
  },
}

/** No token ever comes again. */
export const newTokens: Table = {
  id: 'new',
  title: 'JWTs not seen before (RS256)',
  async measure(world, effort) {
    const count = 2000
    const requests = fresh(async () => signed(world, count))
    const { samples, findings } = await raceAll(world, effort, requests, count)
    const added = addedRatio(samples, 'koa-resource-server', 'koa-jose', 'koa-bare')
    return { ...findings, figures: { 'jwt new added ÷ jose': added } }
  },
}

async function signed({ place, issuer }: World, count: number): Promise<string[]> {
  return (await accessTokens(place, issuer.key('RS256'), count)).map(bearer)
}

async function raceAll(
  world: World,
  effort: Effort,
  requests: Lane['requests'],
  count: number,
): Promise<{ samples: Samples; findings: Findings }> {
  const wanted = effort.quick ? own : [...own, ...peers]
  const { contenders, notes } = await availableOf(wanted, world)
  const ids = contenders.map(({ id }) => id)
  const samples = await race(ids, world.place, effort, count, requests)
  const rows = loadRows(
    samples,
    contenders.map(({ id, label, bare }) => [id, label, bare]),
  )
  return { samples, findings: { rows, notes } }
}
