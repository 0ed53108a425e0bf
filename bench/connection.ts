import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const endOfHead = '\r\n\r\n'

/**
 * A client's connection that reads no more of an answer than its status and where it ends, so that
 * the load costs little beside what is measured. (RFC 9112)
 */
export class Connection {
  readonly #socket: Socket
  #unread = ''
  #settle: ((status: number) => void) | undefined
  #fail: ((error: Error) => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => this.#read(chunk))
    socket.on('error', (error) => this.#fail?.(error))
    socket.on('close', () => this.#fail?.(new Error('the server has closed the connection')))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** Resolves to the status of the answer. */
  async send(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#settle = resolve
      this.#fail = reject
      this.#socket.write(request, 'latin1')
    })
  }

  close(): void {
    this.#fail = undefined
    this.#socket.destroy()
  }

  #read(chunk: string): void {
    this.#unread += chunk
    const headEnd = this.#unread.indexOf(endOfHead)
    if (headEnd === -1) return
    const bodyEnd = endOfBody(this.#unread, headEnd)
    if (bodyEnd === undefined || this.#unread.length < bodyEnd) return
    // "HTTP/1.1 200 OK"
    const status = Number(this.#unread.slice(9, 12))
    this.#unread = this.#unread.slice(bodyEnd)
    this.#settle?.(status)
  }
}

/** Where a body ends that has a length, or that comes in chunks. */
function endOfBody(answer: string, headEnd: number): number | undefined {
  const head = answer.slice(0, headEnd)
  const start = headEnd + endOfHead.length
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return start + Number(length)
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return start
  const last = answer.indexOf(`0${endOfHead}`, start)
  return last === -1 ? undefined : last + 1 + endOfHead.length
}
