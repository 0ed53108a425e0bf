import type { PlaygroundEvent, Setup } from '../events.ts'

/** What the page asks of the playground's server. */
export const server = {
  async setup(): Promise<Setup> {
    const response = await fetch('/setup')
    return (await answered(response).json()) as Setup
  },

  /** @throws {Error} The server has refused, or is not there. */
  async post(path: string, body: object = {}): Promise<void> {
    const headers = { 'Content-Type': 'application/json' }
    answered(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }))
  },

  /** Tells everything since the server's start, and all that follows. */
  listen(tell: (event: PlaygroundEvent) => void, reached: (connected: boolean) => void): void {
    const events = new EventSource('/events')
    events.addEventListener('message', ({ data }: MessageEvent<string>) => {
      tell(JSON.parse(data) as PlaygroundEvent)
    })
    events.addEventListener('open', () => reached(true))
    events.addEventListener('error', () => reached(false))
  },
}

function answered(response: Response): Response {
  if (response.ok) return response
  throw new Error(`The playground's server answered ${response.status} ${response.statusText}`)
}
