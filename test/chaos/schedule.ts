import { setTimeout as delay } from 'node:timers/promises'
import type { Api } from './api.ts'
import { type Fault, faults } from './faulty-proxy.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** Time enough for every instance to have the newest keys, faults between or not: their age, a fault, a back-off. */
const untilEverybodyKnows = 14

/** What goes wrong; in the pauses between, an instance that is up comes to know what is new. */
export async function makeTrouble(
  world: World,
  api: Api,
  random: Random,
  until: AbortSignal,
): Promise<Map<string, number>> {
  const happened = new Map<string, number>()
  let left: (Fault | 'restart' | 'confused')[] = []
  while (await sleep(random.between(2.5, 4), until)) {
    if (left.length === 0) left = [...faults, 'restart', 'confused']
    const [trouble] = left.splice(Math.floor(random.next() * left.length), 1)
    happened.set(trouble!, (happened.get(trouble!) ?? 0) + 1)
    const deployAt = random.between(0, 8)
    void sleep(deployAt, until).then(() => api.deployAnew())
    if (trouble === 'restart') {
      await world.server.stop()
      await sleep(random.between(0.2, 2), until)
      world.proxy.target = await world.server.start()
    } else if (trouble === 'confused') {
      world.server.confused = true
      await sleep(random.between(1, 5), until)
      world.server.confused = false
    } else {
      await world.proxy.fail(trouble!)
      await sleep(random.between(1, 5), until)
      await world.proxy.fail('none')
    }
  }
  return happened
}

/** Each key is published, some time later signs, and some time after its successor does is withdrawn. */
export async function announceKeys(
  { announced, withdrawn }: World,
  until: AbortSignal,
): Promise<void> {
  const ages = async (): Promise<void> => {
    const next = await announced.make()
    announced.publish(next)
    if (!(await sleep(untilEverybodyKnows, until))) return
    const last = announced.signing
    announced.signWith(next)
    if (!(await sleep(5, until))) return
    announced.withdraw(last)
    if (await sleep(untilEverybodyKnows, until)) withdrawn.push(last)
  }
  const all: Promise<void>[] = []
  while (!until.aborted) {
    all.push(ages())
    await sleep(8, until)
  }
  await Promise.all(all)
}

/** Each key replaces the one before at once. */
export async function replaceKeys(
  { sudden }: World,
  random: Random,
  until: AbortSignal,
): Promise<void> {
  while (await sleep(random.between(4, 8), until)) {
    const last = sudden.signing
    const next = await sudden.make()
    sudden.publish(next)
    sudden.signWith(next)
    sudden.withdraw(last)
  }
}

/** Tokens that have been good are revoked; once no instance may remember them, they count as bad. */
export async function revokeTokens(
  { opaque, revoked, server }: World,
  until: AbortSignal,
): Promise<void> {
  while (await sleep(1, until)) {
    const going = opaque.splice(0, Math.max(0, opaque.length - 200))
    const used = going.slice(0, 20)
    // Those that are under way are answered by then.
    if (!(await sleep(2.5, until))) return
    for (const token of going) server.revoke(token)
    if (!(await sleep(2.5, until))) return
    revoked.push(...used)
    revoked.splice(0, revoked.length - 500)
  }
}

/** Resolves to whether there is still time. */
async function sleep(seconds: number, signal: AbortSignal): Promise<boolean> {
  await delay(seconds * 1000, undefined, { signal }).catch(() => undefined)
  return !signal.aborted
}
