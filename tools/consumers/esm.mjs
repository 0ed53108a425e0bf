import { Router } from '@koa/router'
import Koa from 'koa'
import * as resourceServer from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { mtls } from 'koa-resource-server/mtls'
import { redisStore } from 'koa-resource-server/redis'
import * as testing from 'koa-resource-server/testing'
import * as vendors from 'koa-resource-server/vendors'
import tryOut from './app.cjs'

await tryOut(Koa, Router, { ...resourceServer, dpop, mtls, redisStore, ...vendors }, testing)
