/** What is timed: all of a batch that has been made before. */
export type Batch = () => void | Promise<void>

/** CPU time of one of a batch, all threads, in microseconds. */
export async function timeOf(size: number, batch: Batch): Promise<number> {
  // What was made for the batch is not for whoever comes first to clear away.
  globalThis.gc!({ type: 'minor' })
  const before = process.cpuUsage()
  await batch()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / size
}

/** Two things that are compared, batch by batch. */
export interface Pair {
  readonly own: number[]
  readonly other: number[]
}

/** Batches before which the code is compiled; they do not count. */
const warmUps = 20

/**
 * Times two things in turn, each being first as often as the other.
 *
 * @param make Makes a batch for each.
 */
export async function compare(
  rounds: number,
  size: number,
  make: () => Promise<readonly [own: Batch, other: Batch]>,
): Promise<Pair> {
  const pair: Pair = { own: [], other: [] }
  for (let round = -warmUps; round < rounds; round += 1) {
    const [own, other] = await make()
    const times = { own: NaN, other: NaN }
    if (round % 2 === 0) times.own = await timeOf(size, own)
    times.other = await timeOf(size, other)
    if (round % 2 !== 0) times.own = await timeOf(size, own)
    if (round < 0) continue
    pair.own.push(times.own)
    pair.other.push(times.other)
  }
  return pair
}
