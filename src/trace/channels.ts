import { type Channel, channel } from 'node:diagnostics_channel'
import type { ExchangeMessage } from './messages.ts'

/** Carries each `StageMessage`, in the async context of its request. */
export const stageChannel: Channel = channel('koa-resource-server:stage')

/** Carries each `RequestMessage`, likewise. */
export const requestChannel: Channel = channel('koa-resource-server:request')

/** Carries each `ExchangeMessage`, in the async context of the request that has caused it. */
const exchangeChannel: Channel = channel('koa-resource-server:exchange')

/** Tells of a call to an authorization server. */
export function tellExchange(
  url: URL,
  method: ExchangeMessage['method'],
  began: number,
  status: number | undefined,
): void {
  if (!exchangeChannel.hasSubscribers) return
  const message: ExchangeMessage = {
    url: `${url.origin}${url.pathname}`,
    method,
    outcome: status === undefined ? 'failed' : 'answered',
    status,
    duration: (performance.now() - began) / 1000,
  }
  exchangeChannel.publish(message)
}
