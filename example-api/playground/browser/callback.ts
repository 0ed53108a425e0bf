import { callbacks, taken } from './clients/callbacks.ts'

/** How long the page may take to say that it has the address, in milliseconds. */
const patience = 1000

/** Hands the address that the authorization server has sent the browser to, to the page that waits for it. */
const channel = new BroadcastChannel(callbacks)
channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
  if (data === taken) window.close()
})
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
channel.postMessage(location.href)
history.replaceState(undefined, '', location.pathname)

setTimeout(() => {
  const says = document.querySelector('main p')!
  says.textContent =
    'No page waits for this answer any more: it has been reloaded or closed. Start again in the playground.'
}, patience)
