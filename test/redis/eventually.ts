import { setTimeout as delay } from 'node:timers/promises'

/** Waits until a condition holds, which a failure does not; gives up, with an error, after half a minute. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    if (await condition().catch(() => false)) return
    if (performance.now() > deadline) throw new Error('what the test waits for does not happen')
    await delay(20)
  }
}
