import type { ProfileAnswer, ProfileQuestion } from '../alone/profile.ts'
import { Child } from '../child.ts'
import type { Table } from '../table.ts'

/** Microseconds below which a part goes with the others. */
const least = 0.05

/** What the time that is left is spent on. */
export const profile: Table = {
  id: 'profile',
  title: 'Where the microseconds go: one request in process, by the profiler (RS256)',
  async measure({ place }, { quick }) {
    const question: ProfileQuestion = { place, count: quick ? 5000 : 20_000 }
    const { child, first } = await Child.start('alone/profile.js', question)
    child.stop()
    const { fresh, seen } = first as Readonly<Record<'fresh' | 'seen', ProfileAnswer>>
    const [newer, older] = [new Map(fresh), new Map(seen)]
    const names = [...new Set([...newer.keys(), ...older.keys()])].filter(
      (name) => Math.max(newer.get(name) ?? 0, older.get(name) ?? 0) >= least,
    )
    const line = (name: string, ...times: readonly number[]): string[] => [
      name,
      ...times.map((time) => (time < least ? '' : time.toFixed(2))),
    ]
    const rows = names.map((name) => line(name, newer.get(name) ?? 0, older.get(name) ?? 0))
    return {
      rows: [
        ['', 'µs, a token not seen before', 'µs, a token seen before'],
        ...rows,
        line('**all**', total(fresh), total(seen)),
      ],
      notes: [
        'What a function spends itself, by its name in this package; the profiler takes its share as well. Parts ' +
          `below ${least} µs are in the sum alone.`,
      ],
    }
  },
}

function total(parts: ProfileAnswer): number {
  return parts.reduce((sum, [, time]) => sum + time, 0)
}
