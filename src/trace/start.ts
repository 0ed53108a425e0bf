import { stages } from '../authenticate.ts'
import { requestChannel, stageChannel } from './channels.ts'
import type { Trace } from './trace.ts'

/**
 * Starts the trace of a request, whose code is loaded when somebody listens for the first time.
 *
 * @returns Nothing while nobody does, or where it can't be loaded: what cannot be told is no reason to refuse.
 */
export function startTrace(): Promise<Trace | undefined> | undefined {
  return stageChannel.hasSubscribers || requestChannel.hasSubscribers ? newTrace() : undefined
}

async function newTrace(): Promise<Trace | undefined> {
  const { Trace } = await import('./trace.ts').catch(() => ({ Trace: undefined }))
  return Trace && new Trace(stages)
}
