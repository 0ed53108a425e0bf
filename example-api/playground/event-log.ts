import type { PlaygroundEvent, ServerState } from './events.ts'

/** An event as it is sent. */
export interface Entry {
  readonly id: number
  /** The event as JSON. */
  readonly data: string
  readonly type: PlaygroundEvent['type']
}

/** All that has happened, as far as it is still of interest. */
export class EventLog {
  readonly #limit: number
  readonly #followers = new Set<(entry: Entry) => void>()
  #entries: Entry[] = []
  /** How the authorization server was when the oldest of the entries came. */
  #before: Entry | undefined
  // What another process has counted is less, so that nobody takes it for this one's.
  #last = Date.now() * 1000

  /** @param limit How many events are kept. */
  constructor(limit = 2000) {
    this.#limit = limit
  }

  append(event: PlaygroundEvent): void {
    this.#last += 1
    const entry = { id: this.#last, data: JSON.stringify(event), type: event.type }
    this.#entries.push(entry)
    if (this.#entries.length > this.#limit) this.#forget()
    for (const follow of this.#followers) follow(entry)
  }

  /** What came after the event with this id; all there is, if it is not known here. */
  since(id = 0): readonly Entry[] {
    const first = this.#entries[0]?.id ?? 0
    if (id >= first && id <= this.#last) return this.#entries.filter((entry) => entry.id > id)
    return this.#before === undefined ? this.#entries : [this.#before, ...this.#entries]
  }

  /** Hands over what comes; returns what ends that. */
  follow(follower: (entry: Entry) => void): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** Forgets the oldest runs, each as a whole, or what is too much of the only one. */
  #forget(): void {
    const excess = this.#entries.length - this.#limit
    const run = this.#entries.findIndex(({ type }, at) => at >= excess && type === 'run')
    const kept = run === -1 ? excess : run
    const server: ServerState['type'] = 'server'
    this.#before =
      this.#entries.slice(0, kept).findLast(({ type }) => type === server) ?? this.#before
    this.#entries = this.#entries.slice(kept)
  }
}
