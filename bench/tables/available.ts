import { bearer, type Load, load } from '../load.ts'
import type { Contender } from '../servers/catalogue.ts'
import { ServerProcess } from '../servers/server-process.ts'
import { accessTokens } from '../tokens.ts'
import type { World } from '../world.ts'

/** Who can be measured, and why others cannot. */
interface Availability {
  readonly contenders: readonly Contender[]
  readonly notes: readonly string[]
}

let known: Promise<Availability> | undefined

/** Tries each contender with one good token and, unless it is to pass all, one without any. */
export async function availableOf(
  wanted: readonly Contender[],
  world: World,
): Promise<Availability> {
  return (known ??= tryAll(wanted, world))
}

async function tryAll(wanted: readonly Contender[], world: World): Promise<Availability> {
  const contenders: Contender[] = []
  const notes: string[] = []
  for (const contender of wanted) {
    try {
      await tryOne(contender, world)
      contenders.push(contender)
    } catch (error) {
      notes.push(`Not measured: ${contender.label}, ${(error as Error).message}.`)
    }
  }
  return { contenders, notes }
}

async function tryOne({ id, packages }: Contender, { place, issuer }: World): Promise<void> {
  const server = await ServerProcess.start(id, place)
  try {
    const [token = ''] = await accessTokens(place, issuer.key('RS256'), 1)
    const good = await load(server.port, [bearer(token)])
    expect(good, 200)
    if (packages.length === 0) return
    const bad = await load(server.port, [bearer(`${token.slice(0, -8)}AAAAAAAA`)])
    expect(bad, 401)
  } finally {
    server.stop()
  }
}

function expect({ statuses }: Load, status: number): void {
  const [got] = statuses.keys()
  if (got !== status) throw new Error(`it answers ${got} where ${status} is expected`)
}
