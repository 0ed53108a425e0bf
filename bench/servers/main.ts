import { startedWith, tell } from '../child.ts'
import type { Listen, ServerArgs, Usage } from './server.ts'

/** The process of one contender's server. */
const { id, place } = startedWith() as ServerArgs
const { listen } = (await import(new URL(`${id}.js`, import.meta.url).href)) as { listen: Listen }
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  tell({ cpu: user + system } satisfies Usage)
})
tell(await listen(place))
