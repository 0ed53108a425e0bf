// The modules themselves, so that what instruments or intercepts their functions is seen here.
import http from 'node:http'
import https from 'node:https'
import type { Answer, Send } from './exchange.ts'
import { UselessAnswer } from './useless-answer.ts'

/** The server closed a kept connection just when it was used again, so it has not seen the request. */
export class StaleConnection extends Error {}

/**
 * Sends with Node's own HTTP client: a call costs a third of what the global `fetch` costs, and an agent
 * brings TLS settings, client certificates and proxies.
 */
export function sendByNode(agent: http.Agent | undefined): Send {
  const agents: Readonly<Record<string, http.Agent>> = agent
    ? { 'http:': agent, 'https:': agent }
    : {
        'http:': new http.Agent({ keepAlive: true }),
        'https:': new https.Agent({ keepAlive: true }),
      }

  return (url, { method = 'GET', headers, body = '' }, timeLeft, maxSize) => {
    const { request } = url.protocol === 'https:' ? https : http
    const { promise, resolve, reject } = withResolvers<Answer>()
    const outgoing = request(url, {
      method,
      agent: agents[url.protocol],
      headers: {
        'Accept-Encoding': 'identity',
        ...headers,
        ...(method === 'POST' && { 'Content-Length': Buffer.byteLength(body) }),
      },
    })
    const fail = (error: Error): void => {
      clearTimeout(timer)
      outgoing.destroy()
      reject(error)
    }
    const timer = setTimeout(
      fail,
      timeLeft * 1000,
      new Error('no whole answer before the deadline'),
    )

    let answered = false
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && !answered && error.code === 'ECONNRESET'
      fail(stale ? new StaleConnection(error.message, { cause: error }) : error)
    })
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy()
      fail(new Error('the answer changes the protocol'))
    })
    outgoing.on('response', (incoming) => {
      answered = true
      const chunks: Buffer[] = []
      let size = 0
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxSize) fail(new UselessAnswer(`the answer is larger than ${maxSize} bytes`))
        else chunks.push(chunk)
      })
      incoming.on('error', fail)
      incoming.on('end', () => {
        clearTimeout(timer)
        const { statusCode: status = 0, headers } = incoming
        resolve({ status, headers: headers as Answer['headers'], body: Buffer.concat(chunks) })
      })
    })
    outgoing.end(body)
    return promise
  }
}

function withResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: Error) => void
} {
  let resolve!: (value: T) => void
  let reject!: (error: Error) => void
  const promise = new Promise<T>((...both) => {
    ;[resolve, reject] = both
  })
  return { promise, resolve, reject }
}
