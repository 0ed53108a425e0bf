import type { ServerResponse } from 'node:http'
import type { Entry, EventLog } from './event-log.ts'

/** A page that does not read is to come again, rather than have so many bytes wait for it. */
const mostUnread = 8 * 1024 * 1024

/** Makes streams of a log's events, as `text/event-stream`. (HTML §9.2) */
export class EventStreams {
  readonly #log: EventLog
  readonly #open = new Set<ServerResponse>()
  readonly #heartbeat: NodeJS.Timeout

  /** @param heartbeat How often a stream shows that it lives, in seconds. */
  constructor(log: EventLog, heartbeat = 15) {
    this.#log = log
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#open) stream.write(':\n\n')
    }, heartbeat * 1000).unref()
  }

  /** Answers with what came after an event, and what will come, until either side has enough. */
  answer(stream: ServerResponse, lastEventId: string): void {
    stream.writeHead(200, { 'Content-Type': 'text/event-stream' })
    const send = ({ id, data }: Entry): void => {
      stream.write(`id: ${id}\ndata: ${data}\n\n`)
      if (stream.writableLength > mostUnread) stream.destroy()
    }
    for (const entry of this.#log.since(Number(lastEventId) || 0)) send(entry)
    stream.write('retry: 1000\n\n')
    const unfollow = this.#log.follow(send)
    this.#open.add(stream)
    stream.once('close', () => {
      unfollow()
      this.#open.delete(stream)
    })
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const stream of this.#open) stream.end()
  }
}
