import { once } from 'node:events'
import type { Answer, Send } from './exchange.ts'
import { UselessAnswer } from './useless-answer.ts'

/** Sends with a `fetch` of the caller's own. */
export function sendByFetch(fetch: typeof globalThis.fetch): Send {
  return async (url, { method = 'GET', headers, body }, timeLeft, maxSize) => {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeLeft * 1000)))
    const response = fetch(url.href, {
      method,
      headers: { 'Accept-Encoding': 'identity', ...headers },
      redirect: 'manual',
      signal,
      ...(body !== undefined && { body }),
    })
    return Promise.race([read(response, maxSize), aborted(signal)])
  }
}

async function read(answered: Promise<Response>, maxSize: number): Promise<Answer> {
  const { status, headers, body } = await answered
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxSize) throw new UselessAnswer(`the answer is larger than ${maxSize} bytes`)
    chunks.push(chunk)
  }
  return { status, headers: Object.fromEntries(headers), body: Buffer.concat(chunks) }
}

/** Rejects when the signal comes, which a `fetch` of the caller's own may not heed. */
async function aborted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort')
  throw signal.reason
}
