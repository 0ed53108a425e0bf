import type { Figure } from './statistics.ts'
import type { World } from './world.ts'

/** How much is done. */
export interface Effort {
  readonly quick: boolean
  /** Rounds that count, of a process; each lane takes its turn in each of them. */
  readonly rounds: number
  /** Processes that each lane runs in, one after the other. */
  readonly generations: number
}

/** What a table has found. */
export interface Findings {
  /** Cells of Markdown, the first row the heads. */
  readonly rows: readonly (readonly string[])[]
  /** What targets are about, by name. */
  readonly figures?: Readonly<Record<string, Figure>>
  readonly notes?: readonly string[]
}

/** One table of the report. */
export interface Table {
  /** For `--only`. */
  readonly id: string
  readonly title: string
  measure(world: World, effort: Effort): Promise<Findings>
}
