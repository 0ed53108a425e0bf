import type { InProcessAnswer, InProcessQuestion } from '../alone/verification.ts'
import { spread } from '../cells.ts'
import { Child } from '../child.ts'
import { type Figure, figureOf } from '../statistics.ts'
import type { Effort, Table } from '../table.ts'
import { ratio } from '../units.ts'
import type { World } from '../world.ts'

/** The middleware without a network, beside the signature's verification alone. */
export const inProcess: Table = {
  id: 'in-process',
  title: 'In process, without HTTP: a JWT not seen before, and a DPoP proof',
  async measure(world, effort) {
    const figures: Record<string, Figure> = {}
    const rows: string[][] = []
    for (const { name, base, figure, own, other } of await ask(world, effort)) {
      const times = figureOf(own.map((time, i) => time / other[i]!))
      const [cost, baseCost] = [spread(figureOf(own), 1), spread(figureOf(other), 1)]
      figures[figure] = times
      rows.push([name, base, cost, baseCost, ratio(times.median)])
    }
    const heads = ['', 'beside', 'CPU µs', 'CPU µs of that', '÷']
    return { rows: [heads, ...rows], figures }
  },
}

/** Asks one process after the other, and puts together what they have timed. */
async function ask(
  { place }: World,
  { rounds, generations, quick }: Effort,
): Promise<InProcessAnswer> {
  const question: InProcessQuestion = { place, rounds: rounds * 2, batch: quick ? 300 : 500 }
  let all: InProcessAnswer = []
  for (let generation = 0; generation < generations; generation += 1) {
    const { child, first } = await Child.start('alone/verification.js', question)
    child.stop()
    const answer = first as InProcessAnswer
    for (const [i, { own, other }] of all.entries()) {
      answer[i]!.own.push(...own)
      answer[i]!.other.push(...other)
    }
    all = answer
  }
  return all
}
