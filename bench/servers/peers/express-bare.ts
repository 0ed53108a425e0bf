import { serveExpress } from './express-app.ts'
import { type Listen, nobody } from '../server.ts'

export const listen: Listen = async () => serveExpress([], () => nobody)
