import { callbacks } from './clients/callbacks.ts'

/** Hands the address that the authorization server has sent the browser to, to the page that waits for it. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
new BroadcastChannel(callbacks).postMessage(location.href)
history.replaceState(undefined, '', location.pathname)
window.close()
