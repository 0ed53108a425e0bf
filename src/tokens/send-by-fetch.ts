import type { Send } from './exchange.ts'

/** Sends with a `fetch` of the caller's own. */
export function sendByFetch(fetch: typeof globalThis.fetch): Send {
  return async (url, { method = 'GET', headers, body }, timeLeft, maxSize) => {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeLeft * 1000)))
    const response = await fetch(url.href, {
      method,
      headers: { 'Accept-Encoding': 'identity', ...headers },
      redirect: 'manual',
      signal,
      ...(body !== undefined && { body }),
    })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > maxSize) throw new Error(`the answer is larger than ${maxSize} bytes`)
      chunks.push(chunk)
    }
    const { status } = response
    return { status, headers: Object.fromEntries(response.headers), body: Buffer.concat(chunks) }
  }
}
