import { type Counter, type Histogram, type MeterProvider, ValueType } from '@opentelemetry/api'

type Meter = ReturnType<MeterProvider['getMeter']>

/** What is measured; names and units by OpenTelemetry's conventions. */
export interface Instruments {
  readonly requests: Counter
  readonly durations: Histogram
  readonly lookups: Counter
  readonly exchanges: Counter
}

/** In seconds, half a decade apart: a remembered token takes microseconds, a slow network seconds. */
const boundaries = [1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]

export function makeInstruments(meter: Meter): Instruments {
  const counter = (name: string, unit: string, description: string): Counter =>
    meter.createCounter(`koa_resource_server.${name}`, {
      unit,
      description,
      valueType: ValueType.INT,
    })
  return {
    requests: counter('requests', '{request}', 'Requests that were judged.'),
    durations: meter.createHistogram('koa_resource_server.request.duration', {
      unit: 's',
      description: 'How long it took to judge a request.',
      advice: { explicitBucketBoundaries: boundaries },
    }),
    lookups: counter(
      'cache.lookups',
      '{lookup}',
      'Verified tokens, by whether they were remembered.',
    ),
    exchanges: counter('exchanges', '{exchange}', 'Calls to authorization servers.'),
  }
}
