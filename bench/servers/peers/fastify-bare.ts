import { serveFastify } from './fastify-app.ts'
import { type Listen, nobody } from '../server.ts'

export const listen: Listen = async () =>
  serveFastify(
    () => undefined,
    [],
    () => nobody,
  )
