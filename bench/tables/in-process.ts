import { Child } from '../child.ts'
import type { InProcessAnswer, InProcessQuestion } from '../alone/verification.ts'
import { spread } from '../cells.ts'
import { type Figure, figureOf } from '../statistics.ts'
import type { Table } from '../table.ts'
import { ratio } from '../units.ts'

/** The middleware without a network, beside the signature's verification alone. */
export const inProcess: Table = {
  id: 'in-process',
  title: 'In process, without HTTP: a JWT not seen before, and a DPoP proof',
  async measure({ place }, { rounds, quick }) {
    const question: InProcessQuestion = { place, rounds: rounds * 2, batch: quick ? 300 : 500 }
    const { child, first } = await Child.start('alone/verification.js', question)
    child.stop()
    const figures: Record<string, Figure> = {}
    const rows = (first as InProcessAnswer).map(({ name, base, figure, own, other }) => {
      const times = own.map((time, i) => time / other[i]!)
      figures[figure] = figureOf(times)
      return [
        name,
        base,
        spread(figureOf(own), 1),
        spread(figureOf(other), 1),
        ratio(figures[figure].median),
      ]
    })
    const heads = ['', 'beside', 'CPU µs', 'CPU µs of that', '÷']
    return { rows: [heads, ...rows], figures }
  },
}
