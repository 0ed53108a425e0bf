import { stages } from '../authenticate.ts'
import { requestChannel, stageChannel } from './channels.ts'
import type { Trace } from './trace.ts'

/**
 * Starts the trace of a request, whose code is loaded when that is done for the first time.
 *
 * @returns Nothing where it can't be loaded: what cannot be told is no reason to refuse.
 */
export async function startTrace(): Promise<Trace | undefined> {
  return import('./trace.ts').then(
    ({ Trace }) => new Trace(stages),
    () => undefined,
  )
}

/** Whether somebody listens to what becomes of requests. */
export function isHeard(): boolean {
  return stageChannel.hasSubscribers || requestChannel.hasSubscribers
}
