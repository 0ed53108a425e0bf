import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Middleware } from 'koa'
import type { AuthState } from 'koa-resource-server'
import type { ExchangeMessage, StageMessage } from '../../src/trace/messages.ts'
import type { Recorder } from './recorder.ts'

const stage = 'koa-resource-server:stage'
const exchange = 'koa-resource-server:exchange'

/** Records what the API's resource server tells of its work; returns what ends that. */
export function recordDecisions(recorder: Recorder, issuer: string): () => void {
  const onStage = (message: unknown): void => {
    recorder.current.getStore()?.stages.push(message as StageMessage)
  }
  const onExchange = (message: unknown): void => {
    const { url, method, outcome } = message as ExchangeMessage
    if (outcome !== 'failed' || !url.startsWith(`${issuer}/`)) return
    const [from, to] = ['resource-server', 'authorization-server'] as const
    recorder.tell({ type: 'no-answer', from, to, method, url })
  }
  subscribe(stage, onStage)
  subscribe(exchange, onExchange)
  return () => {
    unsubscribe(stage, onStage)
    unsubscribe(exchange, onExchange)
  }
}

/** Notes whom the API takes a request to come from. */
export function recordAuth(recorder: Recorder): Middleware<Partial<AuthState>> {
  return async (ctx, next) => {
    try {
      await next()
    } finally {
      const { auth } = ctx.state
      const current = recorder.current.getStore()
      if (auth !== undefined && current !== undefined) {
        const { onBehalfOf, resourceOwner, client, subject, issuer, expiresAt, scopes } = auth
        const shown = { onBehalfOf, resourceOwner, client, subject, issuer, expiresAt }
        current.auth = { ...shown, scopes: [...scopes] }
      }
    }
  }
}
