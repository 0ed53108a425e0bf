/**
 * Simulates what a fleet asks of its authorization server, and prints the tables of docs/scale.md:
 * every user has one token and sends requests at random times, which a load balancer spreads evenly.
 */

interface Fleet {
  readonly users: number
  /** Processes that verify tokens. */
  readonly processes: number
  /** Requests per second of one user, on average. */
  readonly rate: number
  /** `maxAge` of `introspection()`. */
  readonly maxAge: number
}

/** Users who are simulated; the others are like them. */
const sample = 2000
/** Simulated seconds. */
const duration = 3600

const fleets: readonly Fleet[] = [
  { users: 1e3, processes: 2, rate: 1 / 10, maxAge: 60 },
  { users: 1e3, processes: 2, rate: 1 / 10, maxAge: 10 },
  { users: 1e5, processes: 16, rate: 1 / 30, maxAge: 60 },
  { users: 1e5, processes: 16, rate: 1 / 30, maxAge: 300 },
  { users: 1e7, processes: 400, rate: 1 / 60, maxAge: 60 },
  { users: 1e7, processes: 400, rate: 1 / 60, maxAge: 300 },
]

/** Counts introspections per second with memories of which each serves some of the processes. */
function introspections({ users, processes, rate, maxAge }: Fleet, memories: number): number {
  const random = randomOf(users + processes + memories + maxAge)
  let asked = 0
  for (let user = 0; user < sample; user += 1) {
    const freshUntil = new Map<number, number>()
    for (let time = next(random, rate); time < duration; time += next(random, rate)) {
      const memory = Math.floor(random() * memories)
      if ((freshUntil.get(memory) ?? 0) > time) continue
      freshUntil.set(memory, time + maxAge)
      asked += 1
    }
  }
  return (asked / duration / sample) * users
}

/** Seconds until the next of events that come at random. */
function next(random: () => number, rate: number): number {
  return -Math.log(1 - random()) / rate
}

/** Numbers from 0 to 1 that look random, and are the same at each run (a linear congruential generator). */
function randomOf(seed: number): () => number {
  let state = BigInt(Math.round(seed)) + 1n
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n
    return Number(state >> 11n) / 2 ** 53
  }
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? round(cell) : cell)).join(' | ')} |`
  return [line(head), line(head.map(() => '--:')), ...rows.map(line)].join('\n')
}

function round(value: number): string {
  const digits = Number(value.toPrecision(2))
  return digits.toLocaleString('en', { maximumFractionDigits: 2 })
}

/** Fetches of the key set, per hour: each process refreshes after three quarters of its fresh time. */
function keySetFetches(processes: number, fresh: number): number {
  return (processes * 3600) / (fresh * 0.75)
}

console.log(
  table(
    [
      'users',
      'processes',
      'requests/s',
      '`maxAge`',
      'asked/s, no memory',
      'own memories',
      'one store',
    ],
    fleets.map((fleet) => [
      fleet.users,
      fleet.processes,
      fleet.users * fleet.rate,
      fleet.maxAge,
      fleet.users * fleet.rate,
      introspections(fleet, fleet.processes),
      introspections(fleet, 1),
    ]),
  ),
)
console.log()
console.log(
  table(
    [
      'processes',
      'key set fetches/h, fresh for 600 s',
      'for 3600 s (`maxAge: 3600`)',
      'more when a key is used early',
    ],
    [1, 8, 16, 400].map((processes) => [
      processes,
      keySetFetches(processes, 600),
      keySetFetches(processes, 3600),
      processes,
    ]),
  ),
)
