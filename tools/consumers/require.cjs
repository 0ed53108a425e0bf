const { Router } = require('@koa/router')
const Koa = require('koa')
const tryOut = require('./app.cjs')

const all = [
  '',
  '/client-assertion',
  '/dpop',
  '/guards',
  '/metadata',
  '/mtls',
  '/opentelemetry',
  '/redis',
  '/vendors',
].map((path) => require(`koa-resource-server${path}`))

void tryOut(Koa, Router, Object.assign({}, ...all), require('koa-resource-server/testing'))
