const { Router } = require('@koa/router')
const Koa = require('koa')
const tryOut = require('./app.cjs')

void tryOut(Koa, Router, require('koa-resource-server'), require('koa-resource-server/testing'))
