import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { diag, type MeterProvider, trace } from '@opentelemetry/api'
import * as rule from '../protocol/options.ts'
import type { ExchangeMessage, RequestMessage } from '../trace/messages.ts'
import { few } from './few.ts'
import { Measures } from './measures.ts'
import { spanAttributes } from './span-attributes.ts'

export interface InstrumentOptions {
  /** Makes the instruments. Default: the global one, as soon as it is registered. */
  readonly meterProvider?: MeterProvider
  /** Issuers that metrics tell apart, the first ones met; any further is `_OTHER`. 0: none is named. Default: 100. */
  readonly maxIssuers?: number
  /** The same for clients, of which there may be very many. Default: 0. */
  readonly maxClients?: number
}

/**
 * Tells OpenTelemetry how every resource server of this process fares: counters and a histogram, and
 * attributes on the active span, which is the request's where a context manager is registered.
 *
 * To be called once: what several calls count is counted several times. Whatever fails in OpenTelemetry
 * is told to its `diag`, and never reaches a request.
 *
 * @returns What ends it.
 * @throws {TypeError} An option is wrong.
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  rule.checkOptions('instrument', options, {
    meterProvider: rule.having('a MeterProvider', 'getMeter'),
    maxIssuers: rule.wholeOrNone,
    maxClients: rule.wholeOrNone,
  })
  const { meterProvider, maxIssuers = 100, maxClients = 0 } = options
  const measures = new Measures(meterProvider, few(maxIssuers), few(maxClients))
  const channels: Readonly<Record<string, (message: unknown) => void>> = {
    'koa-resource-server:request': (message) => {
      attempt(() => measures.request(message as RequestMessage))
      attempt(() => trace.getActiveSpan()?.setAttributes(spanAttributes(message as RequestMessage)))
    },
    'koa-resource-server:exchange': (message) => {
      attempt(() => measures.exchange(message as ExchangeMessage))
    },
  }
  for (const [name, listener] of Object.entries(channels)) subscribe(name, listener)
  return () => {
    for (const [name, listener] of Object.entries(channels)) unsubscribe(name, listener)
  }
}

/** What a listener throws would end the process. */
function attempt(action: () => void): void {
  try {
    action()
  } catch (error) {
    try {
      diag.error('koa-resource-server: what OpenTelemetry was to be told is lost', error)
    } catch {
      // There is nobody left to tell.
    }
  }
}
