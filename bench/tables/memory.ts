import type { MemoryAnswer, MemoryQuestion } from '../alone/memory.ts'
import { Child } from '../child.ts'
import { exactly } from '../statistics.ts'
import type { Table } from '../table.ts'
import { show } from '../units.ts'

/** What stays in the heap. */
export const memory: Table = {
  id: 'memory',
  title: 'Memory: heap per JWT, after garbage collection',
  async measure({ place }) {
    const question: MemoryQuestion = { place }
    const { child, first } = await Child.start('alone/memory.js', question)
    child.stop()
    const { remembered, pastBound, refused, bound } = first as MemoryAnswer
    return {
      rows: [
        ['', 'heap per JWT'],
        [`remembered, up to ${show(bound, '')}`, show(remembered, 'B')],
        ['growth past the bound', show(pastBound, 'B')],
        ['refused: bad signatures', show(refused, 'B')],
      ],
      figures: {
        'heap per JWT': exactly(remembered),
        'heap past bound': exactly(pastBound),
        'heap per refused': exactly(refused),
      },
    }
  },
}
