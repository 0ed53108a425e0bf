import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { Redis } from 'ioredis'
import { eventually } from './eventually.ts'

/** Runs redis-server until nobody holds its input any more, so that it outlives no test that crashes. */
const guarded = 'redis-server "$@" & cat > /dev/null; kill -9 $!; wait $!'

/** A redis-server of the test's own, on loopback, until the test ends. */
export class RedisServer {
  readonly port: number
  readonly #args: readonly string[]
  #process: ChildProcess | undefined

  private constructor(port: number, args: readonly string[]) {
    this.port = port
    this.#args = args
  }

  /** @param settings As in redis.conf; without any it saves nothing. */
  static async start(
    t: ExecutionContext,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'redis-'))
    const port = await freePort()
    const all = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', ...settings }
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)])
    const server = new RedisServer(port, args)
    t.teardown(async () => {
      await server.kill()
      await rm(folder, { recursive: true })
    })
    await server.run()
    return server
  }

  /** Starts it, again perhaps, and waits until it answers. */
  async run(): Promise<void> {
    this.#process = spawn('sh', ['-c', guarded, 'sh', ...this.#args], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    await eventually(async () => (await this.command('PING')) === 'PONG')
  }

  /** Ends it by SIGKILL. */
  async kill(): Promise<void> {
    const process = this.#process
    this.#process = undefined
    if (process === undefined) return
    const ended = once(process, 'exit')
    process.stdin!.end()
    await ended
  }

  /** Sends it a command over a connection of its own. */
  async command(name: string, ...rest: readonly string[]): Promise<unknown> {
    const client = new Redis(this.port, { lazyConnect: true, retryStrategy: () => null })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await client.call(name, ...rest)
    } finally {
      client.disconnect()
    }
  }

  /** All that it holds. */
  async entries(): Promise<ReadonlyMap<string, string>> {
    const keys = (await this.command('KEYS', '*')) as string[]
    const entries = keys.map(async (key) => [key, String(await this.command('GET', key))] as const)
    return new Map(await Promise.all(entries))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
