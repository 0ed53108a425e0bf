import type { ExecutionContext } from 'ava'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'

/** One time series as an exporter gets it, without its times. */
export interface Series {
  readonly name: string
  readonly unit: string
  readonly attributes: object
  /** The sum of a counter, the count and boundaries of a histogram. */
  readonly value: unknown
}

/** A meter provider of the real SDK that keeps what it exports in memory. */
export class Collecting extends MeterProvider {
  readonly #exporter: InMemoryMetricExporter
  readonly #reader: PeriodicExportingMetricReader

  constructor(t: ExecutionContext) {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
    super({ readers: [reader] })
    this.#exporter = exporter
    this.#reader = reader
    t.teardown(() => this.shutdown())
  }

  /** What has been measured so far, in the order of its first measurement. */
  async series(): Promise<readonly Series[]> {
    this.#exporter.reset()
    await this.#reader.forceFlush()
    return this.#exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ descriptor: { name, unit }, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({ name, unit, attributes, value })),
      )
  }

  /** The sums of one counter, each after its attributes. */
  async sums(counter: string): Promise<readonly (readonly [attributes: object, sum: unknown])[]> {
    const all = await this.series()
    return all
      .filter(({ name }) => name === `koa_resource_server.${counter}`)
      .map(({ attributes, value }) => [attributes, value])
  }
}
