import { Child } from '../child.ts'
import type { Place, ServerArgs, Usage } from './server.ts'

/** A server in a process of its own. */
export class ServerProcess {
  readonly port: number
  readonly #child: Child

  private constructor(child: Child, port: number) {
    this.#child = child
    this.port = port
  }

  /** @param id A contender's. */
  static async start(id: string, place: Place): Promise<ServerProcess> {
    const args: ServerArgs = { id, place }
    const { child, first } = await Child.start('servers/main.js', args)
    return new ServerProcess(child, first as number)
  }

  get pid(): number {
    return this.#child.pid
  }

  async usage(): Promise<Usage> {
    return (await this.#child.ask('usage')) as Usage
  }

  stop(): void {
    this.#child.stop()
  }
}

/** Runs something with servers, and stops them whatever happens. */
export async function withServers<T>(
  starting: readonly Promise<ServerProcess>[],
  run: (servers: readonly ServerProcess[]) => Promise<T>,
): Promise<T> {
  const settled = await Promise.allSettled(starting)
  const servers = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  try {
    return await run(await Promise.all(starting))
  } finally {
    for (const server of servers) server.stop()
  }
}
