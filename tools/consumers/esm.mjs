import { Router } from '@koa/router'
import Koa from 'koa'
import * as resourceServer from 'koa-resource-server'
import * as testing from 'koa-resource-server/testing'
import tryOut from './app.cjs'

await tryOut(Koa, Router, resourceServer, testing)
