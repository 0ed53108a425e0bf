import { stages } from '../authenticate.ts'
import { requestChannel, stageChannel } from './channels.ts'
import type { Trace } from './trace.ts'

/**
 * Starts the trace of a request, whose code is loaded when somebody listens for the first time.
 *
 * @returns Nothing while nobody does.
 */
export function startTrace(): Promise<Trace> | undefined {
  return stageChannel.hasSubscribers || requestChannel.hasSubscribers ? newTrace() : undefined
}

async function newTrace(): Promise<Trace> {
  const { Trace } = await import('./trace.ts')
  return new Trace(stages)
}
