import { Router } from '@koa/router'
import Koa from 'koa'
import * as resourceServer from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { resourceMetadata } from 'koa-resource-server/metadata'
import { mtls } from 'koa-resource-server/mtls'
import { redisStore } from 'koa-resource-server/redis'
import * as testing from 'koa-resource-server/testing'
import tryOut from './app.cjs'

await tryOut(Koa, Router, { ...resourceServer, dpop, mtls, resourceMetadata, redisStore }, testing)
