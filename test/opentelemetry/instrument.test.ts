import { channel } from 'node:diagnostics_channel'
import { readFile } from 'node:fs/promises'
import {
  context,
  diag,
  DiagLogLevel,
  type MeterProvider,
  metrics,
  type Span,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import test, { type ExecutionContext } from 'ava'
import { instrument, type InstrumentOptions } from 'koa-resource-server/opentelemetry'
import type { ExchangeMessage, RequestMessage } from '../../src/trace/messages.ts'
import { Collecting, type Series } from './collecting.ts'

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const issuer = 'https://as.example.com'
const passed: RequestMessage = {
  request: 1,
  outcome: 'passed',
  issuer,
  client: 'client-1',
  scheme: 'Bearer',
  cache: 'hit',
  duration: 2e-5,
}
const refused: RequestMessage = {
  request: 2,
  outcome: 'refused',
  stage: 'check',
  error: 'InvalidToken',
  code: 'invalid_token',
  reason: 'expired',
  section: 'RFC 7519 §4.1.4',
  status: 401,
  scheme: 'DPoP',
  issuer,
  cache: 'miss',
  duration: 0.002,
}
const bare: RequestMessage = {
  request: 3,
  outcome: 'refused',
  stage: 'read',
  error: 'MissingCredentials',
  status: 401,
  duration: 5e-6,
}
const lacking: RequestMessage = {
  ...passed,
  outcome: 'refused',
  stage: 'authorize',
  guard: 'requireScope',
  error: 'InsufficientScope',
}
const unavailable: RequestMessage = {
  request: 4,
  outcome: 'unavailable',
  stage: 'verify',
  error: 'AuthorizationServerUnavailable',
  status: 503,
  scheme: 'Bearer',
  issuer,
  cache: 'stale',
  duration: 20,
}
const answered: ExchangeMessage = {
  url: `${issuer}/jwks`,
  method: 'GET',
  outcome: 'answered',
  status: 200,
  duration: 0.03,
}

const tell = (...messages: readonly RequestMessage[]): void => {
  for (const message of messages) channel('koa-resource-server:request').publish(message)
}
const tellOfCalls = (...messages: readonly ExchangeMessage[]): void => {
  for (const message of messages) channel('koa-resource-server:exchange').publish(message)
}

/** What is collected of what happens at once; tests run side by side, and channels are for all. */
function collect(
  t: ExecutionContext,
  happens: () => void,
  options: InstrumentOptions = {},
): Collecting {
  const meterProvider = new Collecting(t)
  const stop = instrument({ meterProvider, ...options })
  happens()
  stop()
  return meterProvider
}

test('requests are counted by outcome, error, reason and issuer', async (t) => {
  const collecting = collect(t, () => tell(passed, passed, refused, bare, unavailable))
  t.deepEqual(await collecting.sums('requests'), [
    [{ 'koa_resource_server.outcome': 'passed', 'koa_resource_server.issuer': issuer }, 2],
    [
      {
        'koa_resource_server.outcome': 'refused',
        'error.type': 'InvalidToken',
        'koa_resource_server.reason': 'expired',
        'koa_resource_server.issuer': issuer,
      },
      1,
    ],
    [{ 'koa_resource_server.outcome': 'refused', 'error.type': 'MissingCredentials' }, 1],
    [
      {
        'koa_resource_server.outcome': 'unavailable',
        'error.type': 'AuthorizationServerUnavailable',
        'koa_resource_server.issuer': issuer,
      },
      1,
    ],
  ])
})

test('how long judging takes is told from microseconds to seconds', async (t) => {
  const collecting = collect(t, () => tell(passed, passed, refused, bare, unavailable))
  const name = 'koa_resource_server.request.duration'
  const series = (await collecting.series()).filter((each) => each.name === name)
  const found = series.map(({ attributes, value }) => {
    const { count, buckets } = value as { count: number; buckets: { counts: number[] } }
    return [attributes, count, buckets.counts.findIndex(Boolean)]
  })
  const result = 'koa_resource_server.cache.result'
  t.deepEqual(found, [
    [{ 'koa_resource_server.outcome': 'passed', [result]: 'hit' }, 2, 1],
    [{ 'koa_resource_server.outcome': 'refused', [result]: 'miss' }, 1, 5],
    [{ 'koa_resource_server.outcome': 'refused' }, 1, 0],
    [{ 'koa_resource_server.outcome': 'unavailable', [result]: 'stale' }, 1, 13],
  ])
  t.true(series.every(({ unit }) => unit === 's'))
  const [{ value }] = series as [Series]
  const { buckets } = value as { buckets: { boundaries: number[] } }
  t.deepEqual(
    buckets.boundaries,
    [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  )
})

test('lookups are counted by result, where there was one', async (t) => {
  const collecting = collect(t, () => tell(passed, passed, refused, bare, unavailable))
  const lookup = (result: string): object => ({
    'koa_resource_server.cache.result': result,
    'koa_resource_server.issuer': issuer,
  })
  t.deepEqual(await collecting.sums('cache.lookups'), [
    [lookup('hit'), 2],
    [lookup('miss'), 1],
    [lookup('stale'), 1],
  ])
})

const calls: readonly (readonly [title: string, Partial<ExchangeMessage>, attributes: object])[] = [
  ['an answer', {}, { 'http.response.status_code': 200 }],
  [
    'an error',
    { method: 'POST', status: 503 },
    { 'http.request.method': 'POST', 'http.response.status_code': 503, 'error.type': '503' },
  ],
  [
    'the least of errors',
    { status: 400 },
    { 'http.response.status_code': 400, 'error.type': '400' },
  ],
  ['no error', { status: 399 }, { 'http.response.status_code': 399 }],
  ['no answer', { outcome: 'failed', status: undefined }, { 'error.type': 'no_answer' }],
  [
    'half an answer',
    { outcome: 'failed' },
    { 'http.response.status_code': 200, 'error.type': 'no_answer' },
  ],
  [
    'a port',
    { url: 'http://127.0.0.1:8080/jwks' },
    {
      'server.address': '127.0.0.1',
      'server.port': 8080,
      'http.response.status_code': 200,
    },
  ],
  [
    'an IPv6 address, and the port of HTTP',
    { url: 'http://[::1]/introspect' },
    { 'server.address': '::1', 'server.port': 80, 'http.response.status_code': 200 },
  ],
]

for (const [title, message, attributes] of calls) {
  test(`calls to authorization servers are counted as HTTP clients count theirs: ${title}`, async (t) => {
    const collecting = collect(t, () => tellOfCalls({ ...answered, ...message }))
    const usual = {
      'http.request.method': 'GET',
      'server.address': 'as.example.com',
      'server.port': 443,
    }
    t.deepEqual(await collecting.sums('exchanges'), [[{ ...usual, ...attributes }, 1]])
  })
}

test('names and units are as the README has them', async (t) => {
  const happens = (): void => {
    tell(passed, refused, lacking)
    tellOfCalls(answered, { ...answered, outcome: 'failed' })
  }
  const attributes = new Set<string>()
  const note = (names: object): void => void Object.keys(names).map((name) => attributes.add(name))
  let collecting!: Collecting
  note(within(() => (collecting = collect(t, happens, { maxClients: 1 }))))
  const series = await collecting.series()
  for (const each of series) note(each.attributes)
  const section = /^## OpenTelemetry\n(.*?)^## /ms.exec(await readFile('README.md', 'utf8'))![1]!
  const written = new Set(section.match(/(?<=`)[\w.…]+(?=`)/g))
  t.deepEqual(
    [...attributes].filter((name) => !written.has(name.replace(/^koa_resource_server/, '…'))),
    [],
  )
  const row = (name: string): string =>
    section.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? ''
  for (const { name, unit } of series) t.true(row(name).includes(`\`${unit}\``), name)
  t.deepEqual(
    [...new Set(series.map(({ name, unit }) => `${name} ${unit}`))],
    [
      'koa_resource_server.requests {request}',
      'koa_resource_server.request.duration s',
      'koa_resource_server.cache.lookups {lookup}',
      'koa_resource_server.exchanges {exchange}',
    ],
  )
})

const from = (name: string): RequestMessage => ({ ...bare, issuer: name })

test('of the issuers only the first are told apart', async (t) => {
  const issuersOf = async (options: InstrumentOptions, ...names: string[]): Promise<unknown[]> => {
    const collecting = collect(t, () => tell(...names.map(from)), options)
    const sums = await collecting.sums('requests')
    return sums.map(([attributes, sum]) => [
      (attributes as Record<string, unknown>)['koa_resource_server.issuer'],
      sum,
    ])
  }
  t.deepEqual(await issuersOf({ maxIssuers: 2 }, 'a', 'b', 'a', 'c', 'd', 'b'), [
    ['a', 2],
    ['b', 2],
    ['_OTHER', 2],
  ])
  t.deepEqual(await issuersOf({ maxIssuers: 0 }, 'a', 'b'), [[undefined, 2]])
  const many = await issuersOf({}, ...Array.from({ length: 103 }, (_, i) => `issuer-${i}`))
  t.is(many.length, 101)
  t.deepEqual(many.at(-1), ['_OTHER', 3])
})

test('clients are named in metrics only where that is asked for', async (t) => {
  const of = (client: string): RequestMessage => ({ ...passed, client })
  const clients = ['a', 'b', 'a', 'c'].map(of)
  const silent = collect(t, () => tell(...clients))
  t.false(JSON.stringify(await silent.series()).includes('client'))

  const asked = collect(t, () => tell(...clients), { maxClients: 2 })
  const usual = { 'koa_resource_server.outcome': 'passed', 'koa_resource_server.issuer': issuer }
  t.deepEqual(await asked.sums('requests'), [
    [{ ...usual, 'koa_resource_server.client': 'a' }, 2],
    [{ ...usual, 'koa_resource_server.client': 'b' }, 1],
    [{ ...usual, 'koa_resource_server.client': '_OTHER' }, 1],
  ])
  const others = (await asked.series()).filter(({ name }) => !name.endsWith('.requests'))
  t.false(JSON.stringify(others).includes('client'))
})

/** The attributes of a span within which something happens. */
function within(happens: () => void, before: object = {}): object {
  const exporter = new InMemorySpanExporter()
  const spanProcessors = [new SimpleSpanProcessor(exporter)]
  const tracer = new BasicTracerProvider({ spanProcessors }).getTracer('test')
  const span = tracer.startSpan('GET /orders', { attributes: { ...before } })
  context.with(trace.setSpan(context.active(), span), happens)
  span.end()
  return exporter.getFinishedSpans()[0]!.attributes
}

test('the active span gets what is known of its request', (t) => {
  const attributesOf = (message: RequestMessage): object =>
    within(() => void collect(t, () => tell(message)))
  t.deepEqual(attributesOf(passed), {
    'koa_resource_server.outcome': 'passed',
    'koa_resource_server.scheme': 'Bearer',
    'koa_resource_server.issuer': issuer,
    'koa_resource_server.client': 'client-1',
    'koa_resource_server.cache.result': 'hit',
  })
  t.deepEqual(attributesOf(refused), {
    'koa_resource_server.outcome': 'refused',
    'koa_resource_server.stage': 'check',
    'koa_resource_server.error.type': 'InvalidToken',
    'koa_resource_server.reason': 'expired',
    'koa_resource_server.section': 'RFC 7519 §4.1.4',
    'koa_resource_server.scheme': 'DPoP',
    'koa_resource_server.issuer': issuer,
    'koa_resource_server.cache.result': 'miss',
  })
  t.deepEqual(attributesOf(bare), {
    'koa_resource_server.outcome': 'refused',
    'koa_resource_server.stage': 'read',
    'koa_resource_server.error.type': 'MissingCredentials',
  })
  t.is(
    new Map(Object.entries(attributesOf(lacking))).get('koa_resource_server.guard'),
    'requireScope',
  )
})

test('what a span says of itself stays', (t) => {
  const own = { 'error.type': 'timeout', 'http.response.status_code': 401 }
  const attributes = within(() => void collect(t, () => tell(refused)), own)
  t.like(attributes, own)
})

test('a call to an authorization server is none of a span', (t) => {
  t.deepEqual(
    within(() => void collect(t, () => tellOfCalls(answered))),
    {},
  )
})

test('without a span, and without any SDK, nothing happens', (t) => {
  const stop = instrument()
  t.notThrows(() => {
    tell(passed)
    tellOfCalls(answered)
  })
  stop()
})

test('what ends it ends it, twice too, and nobody else', async (t) => {
  const [one, other] = [new Collecting(t), new Collecting(t)]
  const stops = [one, other].map((meterProvider) => instrument({ meterProvider }))
  tell(bare)
  stops[0]!()
  stops[0]!()
  tell(bare)
  tellOfCalls(answered)
  stops[1]!()
  tell(bare)
  const counted = async (collecting: Collecting): Promise<unknown> =>
    (await collecting.sums('requests')).map(([, sum]) => sum)
  t.deepEqual(await counted(one), [1])
  t.deepEqual(await counted(other), [2])
  t.deepEqual(await one.sums('exchanges'), [])
})

test('the global meter provider may come later, and change', async (t) => {
  t.teardown(() => metrics.disable())
  const stop = instrument()
  tell(bare)
  const providers = [new Collecting(t), new Collecting(t)]
  for (const provider of providers) {
    metrics.disable()
    metrics.setGlobalMeterProvider(provider)
    tell(bare)
    tell(bare)
  }
  stop()
  for (const provider of providers) {
    t.deepEqual(
      (await provider.sums('requests')).map(([, sum]) => sum),
      [2],
    )
  }
})

const failure = new Error('the meter is out of order')
const fail = (): never => {
  throw failure
}

test('what fails in OpenTelemetry reaches diag, and nobody else', async (t) => {
  const told: unknown[] = []
  const quiet = (): void => undefined
  const logger = { error: (...all: unknown[]) => told.push(...all), warn: quiet, info: quiet }
  const uncaught = (error: unknown): void => t.fail(String(error))
  process.on('uncaughtException', uncaught)
  t.teardown(() => {
    process.off('uncaughtException', uncaught)
    diag.disable()
  })
  diag.setLogger({ ...logger, debug: quiet, verbose: quiet }, DiagLogLevel.ERROR)
  const meter = { createCounter: () => ({ add: fail }), createHistogram: () => ({ record: fail }) }
  const providers = [{ getMeter: fail }, { getMeter: () => meter }] as unknown as MeterProvider[]

  for (const meterProvider of providers) {
    told.length = 0
    const options = { meterProvider }
    const attributes = within(() => void collect(t, () => tell(bare), options))
    t.like(attributes, { 'koa_resource_server.outcome': 'refused' }, 'the span is well')
    collect(t, () => tellOfCalls(answered), options)
    t.deepEqual(
      told.filter((each) => each === failure),
      [failure, failure],
    )
    t.regex(String(told[0]), /koa-resource-server/)
  }

  const broken = { setAttributes: fail } as unknown as Span
  const collecting = context.with(trace.setSpan(context.active(), broken), () =>
    collect(t, () => tell(bare)),
  )
  t.is((await collecting.sums('requests')).length, 1, 'the meter is well')

  diag.setLogger({ ...logger, error: fail, debug: quiet, verbose: quiet }, DiagLogLevel.ERROR)
  collect(t, () => tell(bare), { meterProvider: providers[0]! })
  // What a listener throws is thrown again after this turn.
  await new Promise((resolve) => setImmediate(resolve))
})

const wrong: readonly (readonly [options: unknown, message: RegExp])[] = [
  [null, /instrument\(\) takes an object of options/],
  [{ meter: {} }, /instrument\(\): there is no option meter; there are meterProvider/],
  [{ meterProvider: {} }, /instrument\(\): meterProvider must be a MeterProvider/],
  [{ meterProvider: null }, /instrument\(\): meterProvider must be/],
  [{ maxIssuers: -1 }, /instrument\(\): maxIssuers must be a whole number, 0 or more/],
  [{ maxClients: true }, /instrument\(\): maxClients must be a whole number, 0 or more/],
]

for (const [options, message] of wrong) {
  test(`a wrong option is a TypeError: ${JSON.stringify(options)}`, (t) => {
    t.throws(() => instrument(options as InstrumentOptions), { instanceOf: TypeError, message })
  })
}
