import type { TracingAnswer, TracingQuestion } from '../alone/tracing.ts'
import type { Pair } from '../alone/timing.ts'
import { spread } from '../cells.ts'
import { Child } from '../child.ts'
import { type Figure, figureOf } from '../statistics.ts'
import type { Table } from '../table.ts'
import { ratio } from '../units.ts'

/** What the trace costs while nobody listens, and while somebody does. */
export const tracing: Table = {
  id: 'trace',
  title: 'The trace, in process (RS256)',
  async measure({ place }, { rounds, generations, quick }) {
    const question: TracingQuestion = { place, rounds: rounds * 4, batch: quick ? 1000 : 2000 }
    const answers: TracingAnswer[] = []
    for (let generation = 0; generation < generations; generation += 1) {
      const { child, first } = await Child.start('alone/tracing.js', question)
      child.stop()
      answers.push(first as TracingAnswer)
    }
    const figures: Record<string, Figure> = {}
    const row = (name: string, base: string, which: keyof TracingAnswer): string[] => {
      const own = answers.flatMap((answer) => answer[which].own)
      const other = answers.flatMap((answer) => answer[which].other)
      const times = ratioOf({ own, other })
      figures[`trace ${which}`] = times
      const costs = [own, other].map((one) => spread(figureOf(one), 2))
      return [name, base, ...costs, ratio(times.median)]
    }
    const without = 'a build in which no trace starts'
    return {
      rows: [
        ['', 'beside', 'CPU µs', 'CPU µs of that', '÷'],
        row('a token seen before, nobody listens', without, 'silent'),
        row('a token not seen before, nobody listens', without, 'silentNew'),
        row('a token seen before, somebody listens', 'nobody', 'heard'),
      ],
      figures,
      notes: [
        'Who listens does nothing with the messages: one for each stage, and one at the end.',
      ],
    }
  },
}

function ratioOf({ own, other }: Pair): Figure {
  return figureOf(own.map((time, i) => time / other[i]!))
}
