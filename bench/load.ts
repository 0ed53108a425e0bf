import { Connection } from './connection.ts'
import { path } from './proofs.ts'
import { quantile } from './statistics.ts'

/** What a round of requests was like for those who sent them. */
export interface Load {
  /** Requests per second. */
  readonly rate: number
  /** Milliseconds within which 99 of 100 answers came. */
  readonly p99: number
  readonly statuses: ReadonlyMap<number, number>
}

/** The bytes of a GET request with these fields. */
export function request(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\nHost: api.example.com\r\n${lines.join('')}\r\n`
}

export function bearer(token: string): string {
  return request({ Authorization: `Bearer ${token}` })
}

/** A client with some connections that are kept alive. */
export class Client {
  readonly #connections: readonly Connection[]

  private constructor(connections: readonly Connection[]) {
    this.#connections = connections
  }

  static async open(port: number, connections = 16): Promise<Client> {
    const opening = Array.from({ length: connections }, async () => Connection.open(port))
    return new Client(await Promise.all(opening))
  }

  /**
   * Sends requests, one at a time on each connection.
   *
   * @param count How many; they are taken in turn.
   */
  async load(requests: readonly string[], count: number = requests.length): Promise<Load> {
    const statuses = new Map<number, number>()
    const latencies: number[] = []
    let next = 0
    const work = async (connection: Connection): Promise<void> => {
      while (next < count) {
        const sent = performance.now()
        const status = await connection.send(requests[next++ % requests.length]!)
        latencies.push(performance.now() - sent)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    const started = performance.now()
    await Promise.all(this.#connections.map(work))
    const seconds = (performance.now() - started) / 1000
    const sorted = latencies.toSorted((a, b) => a - b)
    return { rate: count / seconds, p99: quantile(sorted, 0.99), statuses }
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }
}

/** Sends requests over connections of their own. */
export async function load(
  port: number,
  requests: readonly string[],
  count: number = requests.length,
  connections: number = count,
): Promise<Load> {
  const client = await Client.open(port, connections)
  try {
    return await client.load(requests, count)
  } finally {
    client.close()
  }
}
