import type { IncomingMessage, ServerResponse } from 'node:http'

/** How much of a body is looked at, in bytes: no more than Node.js holds back of one that nobody reads. */
const most = 16 * 1024

/** How long a body is waited for, in milliseconds. */
const patience = 1000

/**
 * Resolves to a request's body when it has come, and leaves it to be read by whoever answers.
 *
 * One that is too long, or takes too long, is given as far as it has come.
 */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && !(Number(length) > 0)) return ''
  const body = new Collected()
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      resolve(body.text)
    }
    const timer = setTimeout(done, patience).unref()
    const push = request.push.bind(request)
    request.push = (chunk: Buffer | null, charset?: BufferEncoding) => {
      if (chunk !== null) body.add(chunk)
      if (chunk === null || body.isFull) done()
      return push(chunk, charset)
    }
    request.once('close', done)
  })
}

/** Calls back with a response's body, as it is about to end. */
export function onEnd(response: ServerResponse, tell: (body: string) => void): void {
  const body = new Collected()
  const write = response.write.bind(response) as (...args: unknown[]) => boolean
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse
  let told = false
  response.write = ((...args: unknown[]) => {
    body.add(args[0])
    return write(...args)
  }) as typeof write
  response.end = ((...args: unknown[]) => {
    if (!told) {
      told = true
      body.add(args[0])
      tell(body.text)
    }
    return end(...args)
  }) as typeof end
}

class Collected {
  readonly #chunks: Buffer[] = []
  #size = 0

  get isFull(): boolean {
    return this.#size >= most
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString()
  }

  add(chunk: unknown): void {
    if (this.isFull || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return
    const bytes = Buffer.from(chunk as string).subarray(0, most - this.#size)
    this.#chunks.push(bytes)
    this.#size += bytes.length
  }
}
