import { type MeterProvider, metrics } from '@opentelemetry/api'
import type { ExchangeMessage, RequestMessage } from '../trace/messages.ts'
import { exchangeAttributes } from './exchange-attributes.ts'
import type { Naming } from './few.ts'
import { type Instruments, makeInstruments } from './instruments.ts'
import { known } from './known.ts'

/** Turns messages into measurements. */
export class Measures {
  readonly #given: MeterProvider | undefined
  readonly #issuer: Naming
  readonly #client: Naming
  #provider: MeterProvider | undefined
  #instruments: Instruments | undefined

  /** @param given Makes the instruments; otherwise the global one does. */
  constructor(given: MeterProvider | undefined, issuer: Naming, client: Naming) {
    this.#given = given
    this.#issuer = issuer
    this.#client = client
  }

  request({ outcome, error, reason, issuer, client, cache, duration }: RequestMessage): void {
    const { requests, durations, lookups } = this.#current()
    const from = this.#issuer(issuer)
    requests.add(
      1,
      known({
        'koa_resource_server.outcome': outcome,
        'error.type': error,
        'koa_resource_server.reason': reason,
        'koa_resource_server.issuer': from,
        'koa_resource_server.client': this.#client(client),
      }),
    )
    durations.record(
      duration,
      known({
        'koa_resource_server.outcome': outcome,
        'koa_resource_server.cache.result': cache,
      }),
    )
    if (cache === undefined) return
    lookups.add(
      1,
      known({
        'koa_resource_server.cache.result': cache,
        'koa_resource_server.issuer': from,
      }),
    )
  }

  exchange(message: ExchangeMessage): void {
    this.#current().exchanges.add(1, exchangeAttributes(message))
  }

  /** The global provider may be registered later than this, or anew. */
  #current(): Instruments {
    const provider = this.#given ?? metrics.getMeterProvider()
    if (this.#instruments === undefined || provider !== this.#provider) {
      this.#instruments = makeInstruments(provider.getMeter('koa-resource-server'))
      this.#provider = provider
    }
    return this.#instruments
  }
}
