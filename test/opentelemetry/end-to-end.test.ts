import { setTimeout as delay } from 'node:timers/promises'
import { context, metrics } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import test from 'ava'
import Koa from 'koa'
import { jwt, requireScope, resourceServer } from 'koa-resource-server'
import { instrument } from 'koa-resource-server/opentelemetry'
import { audience, issuing, listen, sender } from '../kit.ts'
import { Collecting } from './collecting.ts'

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const spans = new InMemorySpanExporter()
const spanProcessors = [new SimpleSpanProcessor(spans)]
const tracer = new BasicTracerProvider({ spanProcessors }).getTracer('test')

/** Milliseconds that the handler takes. */
const patience = 100

/** Serves each request within a span of its own, as HTTP instrumentation does. */
const spanning: Koa.Middleware = (ctx, next) =>
  tracer.startActiveSpan(ctx.path, async (span) => {
    try {
      await next()
    } finally {
      span.end()
    }
  })

/** The sums of one counter, each under the values of its attributes. */
async function sums(collecting: Collecting, counter: string): Promise<object> {
  const all = await collecting.sums(counter)
  return Object.fromEntries(
    all.map(([attributes, sum]) => [Object.values(attributes).join(' '), sum]),
  )
}

/** What stands on the span of a path, less the namespace. */
function spanOf(path: string): object {
  const { attributes } = spans.getFinishedSpans().find(({ name }) => name === path)!
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name.replace('koa_resource_server.', ''),
      value,
    ]),
  )
}

test('what a real API does is counted and timed, and told on the spans of its requests', async (t) => {
  const stop = instrument()
  t.teardown(stop)
  const collecting = new Collecting(t)
  metrics.setGlobalMeterProvider(collecting)

  const [as, down] = [await issuing(t), await issuing(t)]
  const good = await as.accessToken({ scope: 'orders:read', sub: 'somebody', jti: 'some-jti' })
  const late = await as.accessToken({ exp: 1 })
  const weak = await as.accessToken({ client_id: 'client-2' })
  const lost = await down.accessToken()
  await down.close()

  const tokens = [as, down].map(({ issuer }) => jwt({ issuer }))
  const app = new Koa().use(spanning).use(resourceServer({ audience, tokens }))
  app.silent = true
  app.use(requireScope('orders:read')).use(async (ctx) => {
    // Requests overlap, and each must find its own span.
    await delay(patience)
    ctx.body = 'orders'
  })
  const send = sender(await listen(t, app))
  const call = async (path: string, token?: string): Promise<number> =>
    (await send(token, { path })).status

  t.is(await call('/first', good), 200)
  t.is(await call('/second', good), 200)
  t.deepEqual(
    await Promise.all([
      call('/third', good),
      call('/none'),
      call('/late', late),
      call('/weak', weak),
      call('/lost', lost),
    ]),
    [200, 401, 401, 403, 503],
  )
  stop()
  t.is(await call('/after', good), 200)

  t.deepEqual(await sums(collecting, 'requests'), {
    [`passed ${as.issuer}`]: 3,
    'refused MissingCredentials': 1,
    [`refused InvalidToken expired ${as.issuer}`]: 1,
    [`refused InsufficientScope ${as.issuer}`]: 1,
    [`unavailable AuthorizationServerUnavailable ${down.issuer}`]: 1,
  })
  t.deepEqual(await sums(collecting, 'cache.lookups'), {
    [`hit ${as.issuer}`]: 1,
    // The late one is refused before anything is known of it.
    [`miss ${as.issuer}`]: 3,
  })
  t.deepEqual(Object.keys(await sums(collecting, 'exchanges')), [
    `GET 127.0.0.1 ${new URL(as.issuer).port} 200`,
    `GET 127.0.0.1 ${new URL(down.issuer).port} no_answer`,
  ])
  const series = await collecting.series()
  const durations = series.filter(({ name }) => name.endsWith('.duration'))
  const counts = durations.map(({ value }) => (value as { count: number }).count)
  t.is(
    counts.reduce((sum, count) => sum + count),
    7,
  )
  const remembered = durations.find(({ attributes }) => Object.values(attributes).includes('hit'))
  const { max } = remembered!.value as { max: number }
  t.true(max > 0 && max < patience / 1000, `without what the handler takes: ${max}`)

  const passed = { outcome: 'passed', scheme: 'Bearer', issuer: as.issuer, client: 'client-1' }
  t.deepEqual(spanOf('/first'), { ...passed, 'cache.result': 'miss' })
  t.deepEqual(spanOf('/third'), { ...passed, 'cache.result': 'hit' })
  const refused = { ...passed, outcome: 'refused' }
  t.deepEqual(spanOf('/none'), {
    outcome: 'refused',
    stage: 'read',
    'error.type': 'MissingCredentials',
    section: 'RFC 6750 §3.1',
  })
  const { client: _, ...unverified } = refused
  t.deepEqual(spanOf('/late'), {
    ...unverified,
    stage: 'check',
    'error.type': 'InvalidToken',
    reason: 'expired',
    section: 'RFC 7519 §4.1.4',
  })
  t.deepEqual(spanOf('/weak'), {
    ...refused,
    client: 'client-2',
    stage: 'authorize',
    guard: 'requireScope',
    'error.type': 'InsufficientScope',
    section: 'RFC 6750 §3.1',
    'cache.result': 'miss',
  })
  t.deepEqual(spanOf('/lost'), {
    ...unverified,
    outcome: 'unavailable',
    issuer: down.issuer,
    stage: 'verify',
    'error.type': 'AuthorizationServerUnavailable',
    section: 'RFC 9068 §4',
  })
  t.deepEqual(spanOf('/after'), {})

  const onSpans = spans.getFinishedSpans().map(({ attributes, events }) => [attributes, events])
  const told = JSON.stringify([series, onSpans])
  const parts = [good, late, weak, lost].flatMap((token) => token.split('.'))
  for (const secret of ['somebody', 'resource-owner', 'some-jti', 'orders:read', ...parts]) {
    t.false(told.includes(secret), secret)
  }
})
