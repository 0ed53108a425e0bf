import type { Servers } from '../servers.ts'
import type { Actions } from './actions.ts'
import type { Authorizations } from './authorizations.ts'
import type { BackEnd } from './back-end.ts'
import type { EventStreams } from './event-stream.ts'
import type { Recorder } from './recorder.ts'
import type { PlaygroundClients } from './registration.ts'
import type { PageFiles } from './static-files.ts'

/** All that the playground's routes need. */
export interface Scene {
  readonly origin: string
  readonly servers: Pick<Servers, 'api' | 'issuer' | 'authorizationServer'>
  readonly clients: PlaygroundClients
  readonly recorder: Recorder
  readonly actions: Actions
  readonly backEnd: BackEnd
  readonly authorizations: Authorizations
  readonly streams: EventStreams
  readonly files: PageFiles
}
