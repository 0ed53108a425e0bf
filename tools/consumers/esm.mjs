import { Router } from '@koa/router'
import Koa from 'koa'
import * as resourceServer from 'koa-resource-server'
import { privateKeyJwt } from 'koa-resource-server/client-assertion'
import { dpop } from 'koa-resource-server/dpop'
import { resourceMetadata } from 'koa-resource-server/metadata'
import * as guards from 'koa-resource-server/guards'
import { mtls } from 'koa-resource-server/mtls'
import { redisStore } from 'koa-resource-server/redis'
import * as testing from 'koa-resource-server/testing'
import * as vendors from 'koa-resource-server/vendors'
import tryOut from './app.cjs'

// Where its optional peer is not installed, all the rest works without.
const { instrument } = await import('@opentelemetry/api').then(
  () => import('koa-resource-server/opentelemetry'),
  () => ({}),
)

const all = {
  privateKeyJwt,
  ...resourceServer,
  ...guards,
  ...vendors,
  dpop,
  mtls,
  resourceMetadata,
  redisStore,
  instrument,
}
for (const [name, value] of Object.entries(all)) {
  if (value?.prototype instanceof Error && value.name !== name)
    throw new Error(`${name} is called ${value.name}`)
}
await tryOut(Koa, Router, all, testing)
