import { keepOn } from './cores.ts'
import { Client } from './load.ts'
import type { ServerProcess } from './servers/server-process.ts'
import { type Figure, figureOf } from './statistics.ts'
import type { Effort } from './table.ts'

/** A server, and what it is sent. */
export interface Lane {
  readonly name: string
  readonly server: ServerProcess
  /** Default: 200. */
  readonly status?: number
  /** The requests of one round, made before it. */
  /** Open before anything is measured, and kept alive. Default: 16. */
  readonly connections?: number
  requests(round: number): readonly string[] | Promise<readonly string[]>
}

/** What one round of a lane was like. */
export interface Sample {
  /** Of the server's process, all its threads, in microseconds per request. */
  readonly cpu: number
  readonly rate: number
  readonly p99: number
}

/** The samples of each lane, round by round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

/** Rounds in which servers get warm; they do not count. */
const warmUps = 3

/**
 * Has each lane take its turn in each round, so that what the machine does meanwhile meets them all.
 *
 * @param count Requests of a lane in a round.
 */
export async function interleave(
  lanes: readonly Lane[],
  { rounds }: Effort,
  count: number,
): Promise<Samples> {
  keepOn('others', process.pid)
  for (const { server } of lanes) keepOn('first', server.pid)
  const racing = await Promise.all(
    lanes.map(async (lane) => {
      const client = await Client.open(lane.server.port, lane.connections)
      return { lane, client, samples: [] as Sample[] }
    }),
  )
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const { lane, client, samples } of round % 2 === 0 ? racing : racing.toReversed()) {
      const sample = await sampleOf(lane, client, await lane.requests(round), count)
      if (round >= 0) samples.push(sample)
    }
  }
  for (const { client } of racing) client.close()
  keepOn('all', process.pid)
  return new Map(racing.map(({ lane, samples }) => [lane.name, samples]))
}

async function sampleOf(
  { name, server, status = 200 }: Lane,
  client: Client,
  requests: readonly string[],
  count: number,
): Promise<Sample> {
  const before = await server.usage()
  const { rate, p99, statuses } = await client.load(requests, count)
  const after = await server.usage()
  if (statuses.get(status) !== count) {
    throw new Error(`${name}: ${[...statuses].map((one) => one.join(' × ')).join(', ')}`)
  }
  return { cpu: (after.cpu - before.cpu) / count, rate, p99 }
}

/** The figure of what is reckoned from the samples of some lanes in the same round. */
export function across<Names extends readonly string[]>(
  samples: Samples,
  names: readonly [...Names],
  reckon: (...of: { readonly [each in keyof Names]: Sample }) => number,
): Figure {
  const lanes = names.map((name) => samples.get(name)!)
  const rounds = lanes[0]!.map((_, round) => lanes.map((lane) => lane[round]!))
  return figureOf(rounds.map((of) => reckon(...(of as { [each in keyof Names]: Sample }))))
}

/** CPU ÷ CPU. */
export function cpuRatio(samples: Samples, name: string, base: string): Figure {
  return across(samples, [name, base], (own, other) => own.cpu / other.cpu)
}

/** CPU beyond that of a bare server. */
export function addedCpu(samples: Samples, name: string, bare: string): Figure {
  return across(samples, [name, bare], (own, none) => own.cpu - none.cpu)
}

/** CPU beyond that of a bare server ÷ CPU beyond it. */
export function addedRatio(samples: Samples, name: string, base: string, bare: string): Figure {
  return across(
    samples,
    [name, base, bare],
    (own, other, none) => (own.cpu - none.cpu) / (other.cpu - none.cpu),
  )
}
