import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { dpopKey } from 'koa-resource-server/testing'
import { audience, issuing, type Send, sender } from '../kit.ts'
import { type ClientName, clientNames } from './clients.ts'
import { RedisServer } from './redis-server.ts'
import { isReplay, proven } from './world.ts'

const proofs = 50
const processes = 4
/** How often each process gets each proof. */
const times = 2

/** Starts an instance in a process of its own, until the test ends. */
async function startProcess(
  t: ExecutionContext,
  issuer: string,
  port: number,
  client: ClientName,
): Promise<Send> {
  const file = fileURLToPath(new URL('api-process.ts', import.meta.url))
  const child = fork(file, [issuer, audience, String(port), client])
  t.teardown(async () => {
    if (child.exitCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  const [listening] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`))),
  ])
  return sender(`http://127.0.0.1:${listening}`)
}

test(`of ${proofs} proofs at ${processes} processes, ${times} times each at once, each passes once`, async (t) => {
  const as = await issuing(t)
  const { port } = await RedisServer.start(t)
  const instances = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      startProcess(t, as.issuer, port, clientNames[i % clientNames.length]!),
    ),
  )
  const everywhere = Array.from({ length: times }, () => instances).flat()

  for (let i = 0; i < proofs; i++) {
    const key = await dpopKey()
    const headers = await proven(as, key)
    const answers = await Promise.all(everywhere.map((send) => send(undefined, { headers })))
    t.is(answers.filter(({ status }) => status === 200).length, 1)
    t.is(answers.filter(isReplay).length, everywhere.length - 1)
  }
})
