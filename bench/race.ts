import { interleave, type Lane, type Sample, type Samples } from './rounds.ts'
import type { Place } from './servers/server.ts'
import { ServerProcess, withServers } from './servers/server-process.ts'
import type { Effort } from './table.ts'

/**
 * Races servers that all get the same requests, each time in processes of their own: two processes that
 * run the same differ, by how they were compiled and where things lie in memory.
 *
 * @param ids Those of contenders, each a lane.
 * @param count Requests of a lane in a round.
 */
export async function race(
  ids: readonly string[],
  place: Place,
  effort: Effort,
  count: number,
  requests: Lane['requests'],
): Promise<Samples> {
  const all = new Map<string, Sample[]>(ids.map((id) => [id, []]))
  for (let generation = 0; generation < effort.generations; generation += 1) {
    const starting = ids.map(async (id) => ServerProcess.start(id, place))
    const samples = await withServers(starting, async (servers) => {
      const lanes = servers.map((server, i): Lane => ({ name: ids[i]!, server, requests }))
      return interleave(lanes, effort, count)
    })
    for (const [name, found] of samples) all.get(name)!.push(...found)
  }
  return all
}

/** Requests that are made anew for each round, and are the same for all lanes of it. */
export function fresh(make: () => Promise<readonly string[]>): Lane['requests'] {
  let made = { round: NaN, requests: make }
  return async (round) => {
    if (round !== made.round) {
      const requests = await make()
      made = { round, requests: async () => requests }
    }
    return made.requests()
  }
}
