import type { Kind } from './kinds.ts'

interface Row {
  readonly kind: Kind
  readonly byStatus: Map<number, number>
  longest: number
}

/** What was answered to what, and what of it must not have been. */
export class Tally {
  readonly #rows = new Map<string, Row>()
  readonly #faults = new Map<string, string[]>()
  readonly #patience: number
  longest = 0
  requests = 0

  /** @param patience Milliseconds within which an answer must come. */
  constructor(patience: number) {
    this.#patience = patience
  }

  add(kind: Kind, status: number, took: number, at: number): void {
    this.requests += 1
    this.longest = Math.max(this.longest, took)
    const row = this.#rows.get(kind.name) ?? { kind, byStatus: new Map(), longest: 0 }
    this.#rows.set(kind.name, row)
    row.byStatus.set(status, (row.byStatus.get(status) ?? 0) + 1)
    row.longest = Math.max(row.longest, took)

    const what = `${kind.name}: ${status} after ${took.toFixed(0)} ms, ${at.toFixed(1)} s in`
    const wrong = judge(kind, status)
    if (wrong !== undefined) this.#fault(wrong, what)
    if (took > this.#patience) this.#fault('an answer after its deadline', what)
  }

  count(name: string, status: number): number {
    return this.#rows.get(name)?.byStatus.get(status) ?? 0
  }

  /** What must not have been, with the first few times that it was. */
  get faults(): ReadonlyMap<string, readonly string[]> {
    return this.#faults
  }

  print(): void {
    for (const { kind, byStatus, longest } of this.#rows.values()) {
      const answers = [...byStatus]
        .toSorted(([one], [other]) => one - other)
        .map(([status, count]) => `${status}: ${count}`)
      console.log(
        `  ${kind.name.padEnd(40)} ${answers.join(', ').padEnd(34)} longest ${longest.toFixed(0)} ms`,
      )
    }
  }

  #fault(what: string, instance: string): void {
    const instances = this.#faults.get(what) ?? []
    this.#faults.set(what, instances)
    instances.push(instance)
  }
}

/** What is wrong with an answer, if anything is. */
function judge({ name, good, allowed }: Kind, status: number): string | undefined {
  if (allowed.includes(status)) return undefined
  if (good && (status === 401 || status === 403)) return 'a 401 or 403 for a good token'
  if (!good && status === 200) return 'a 200 for a bad token'
  if (status >= 500 && status !== 503) return 'a 500'
  return `anything but ${allowed.join(' or ')} for: ${name}`
}
