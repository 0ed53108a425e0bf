import { callbacks } from './callbacks.ts'

/** How the window for log-in and consent is called, and how large it is. */
const name = 'playground-log-in'
const features = 'popup,width=480,height=680'

/**
 * Opens a window for log-in and consent: to be called straight from a press of a button, or browsers refuse.
 *
 * @throws {Error} The browser has refused.
 */
export function openWindow(url = 'about:blank'): Window {
  const opened = window.open(url, name, features)
  if (opened === null) throw new Error('The browser has blocked the window: allow pop-ups here')
  return opened
}

/**
 * Sends the window to the authorization server, and waits for the address that it comes back to.
 *
 * @throws {Error} The window was closed before.
 */
export async function redirect(opened: Window, authorizationRequest: URL): Promise<URL> {
  const channel = new BroadcastChannel(callbacks)
  let watch: ReturnType<typeof setInterval> | undefined
  try {
    return await new Promise<URL>((resolve, reject) => {
      channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
        resolve(new URL(data))
      })
      let closedFor = 0
      // What the window says last may come after it has closed.
      watch = setInterval(() => {
        closedFor += opened.closed ? 1 : 0
        if (closedFor > 3) reject(new Error('The window was closed before the log-in was complete'))
      }, 300)
      opened.location.href = authorizationRequest.href
    })
  } finally {
    clearInterval(watch)
    channel.close()
  }
}
