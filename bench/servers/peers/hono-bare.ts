import { serveHono } from './hono-app.ts'
import { type Listen, nobody } from '../server.ts'

export const listen: Listen = async () => serveHono([], () => nobody)
