import { callbacks, taken } from './callbacks.ts'

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

/** Resolves when a window has been closed for a while: what it has led to may be told after it. */
export async function closing(opened: Window): Promise<void> {
  return new Promise((resolve) => {
    let closedFor = 0
    const watch = setInterval(() => {
      closedFor += opened.closed ? 1 : 0
      if (closedFor <= 3) return
      clearInterval(watch)
      resolve()
    }, 300)
  })
}

/** What is said of a window that was closed too early. */
export const closedEarly = 'The window was closed before the log-in was complete'

/**
 * Sends the window to the authorization server, and waits for the address that it comes back to.
 *
 * @throws {Error} The window was closed before.
 */
export async function redirect(opened: Window, authorizationRequest: URL): Promise<URL> {
  const channel = new BroadcastChannel(callbacks)
  try {
    return await new Promise<URL>((resolve, reject) => {
      channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
        if (!URL.canParse(data)) return
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
        channel.postMessage(taken)
        resolve(new URL(data))
      })
      void closing(opened).then(() => reject(new Error(closedEarly)))
      opened.location.href = authorizationRequest.href
    })
  } finally {
    channel.close()
  }
}
