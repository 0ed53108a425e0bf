import { createServer } from 'node:http'
import cors from '@koa/cors'
import Koa from 'koa'
import { forPaths, listen, stop } from '../listening.ts'
import { inMemory } from '../resource-server/stores.ts'
import { type Servers, startServers } from '../servers.ts'
import { Actions } from './actions.ts'
import { Authorizations } from './authorizations.ts'
import { BackEnd } from './back-end.ts'
import { recordAuth, recordDecisions } from './decisions.ts'
import { EventLog } from './event-log.ts'
import { EventStreams } from './event-stream.ts'
import { onlyAt, safely } from './guards.ts'
import { Recorder } from './recorder.ts'
import { playgroundClients } from './registration.ts'
import { buttonRoutes } from './routes/buttons.ts'
import { logInRoutes } from './routes/log-in.ts'
import { pageRoutes } from './routes/page.ts'
import type { Scene } from './scene.ts'
import { readPageFiles } from './static-files.ts'
import { watch } from './watch.ts'

export interface Playground extends Servers {
  /** URL of the page. */
  readonly playground: string
}

/** Starts both servers, and beside them a page that shows what they do; port 0 is any free one. */
export async function startPlayground(ports: {
  api: number
  issuer: number
  playground: number
}): Promise<Playground> {
  const server = createServer()
  // The clients return to the origin, which has the port in it.
  const origin = `http://${await listen(server, ports.playground)}`
  const clients = playgroundClients(origin)
  const log = new EventLog()
  const recorder = new Recorder(log)
  try {
    const files = await readPageFiles()
    const servers = await startServers(ports, inMemory(), {
      clients: clients.all,
      outermost: [
        cors({ origin: ({ headers }) => (headers.origin === origin ? origin : '') }),
        recordAuth(recorder),
      ],
      watch: (role, answer) => watch(recorder, role, answer),
    })
    recorder.condition(servers.authorizationServer.condition)
    const streams = new EventStreams(log)
    const actions = new Actions(recorder)
    const authorizations = new Authorizations()
    const backEnd = new BackEnd(recorder, servers)
    const scene = {
      origin,
      servers,
      clients,
      recorder,
      actions,
      backEnd,
      authorizations,
      streams,
      files,
    }
    server.on('request', forPaths(makePlayground(scene).callback()))
    const stopRecording = recordDecisions(recorder, servers.issuer)
    return {
      ...servers,
      playground: origin,
      async close() {
        streams.close()
        authorizations.close()
        stopRecording()
        await Promise.all([stop(server), servers.close()])
      },
    }
  } catch (error) {
    await stop(server)
    throw error
  }
}

function makePlayground(scene: Scene): Koa {
  const { origin, servers } = scene
  const app = new Koa()
  app.on('error', (error: NodeJS.ErrnoException) => {
    // A page that is closed leaves its stream so.
    if (error.code !== 'ECONNRESET') app.onerror(error)
  })
  app.use(safely([servers.api, servers.issuer]))
  app.use(onlyAt(origin))
  for (const routes of [pageRoutes, logInRoutes, buttonRoutes]) {
    const router = routes(scene)
    app.use(router.routes()).use(router.allowedMethods())
  }
  return app
}
