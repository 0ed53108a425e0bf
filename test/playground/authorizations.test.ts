import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { Authorizations } from '../../example-api/playground/authorizations.ts'

const request = (state: string): URL => new URL(`https://as.example.com/auth?state=${state}`)
const returned = (state: string): URL =>
  new URL(`https://client.example.com/callback?state=${state}`)

/** Begins a log-in; what comes of it is told. */
async function begin(authorizations: Authorizations, state: string, told: string[]): Promise<void> {
  await authorizations.begin('browser', async (redirect) => {
    try {
      told.push((await redirect(request(state))).href)
    } catch (error) {
      told.push((error as Error).message)
      throw error
    }
  })
}

const abandoned = 'Nobody has come back from the authorization server.'

test('a log-in that nobody comes back from is forgotten after a while', async (t) => {
  const authorizations = new Authorizations(0.02)
  const told: string[] = []
  await begin(authorizations, 'a', told)
  await delay(60)
  t.deepEqual(told, [abandoned])
  t.is(
    authorizations.arrive(returned('a'), () => 'browser'),
    undefined,
  )
})

test('of too many log-ins the oldest are forgotten', async (t) => {
  const authorizations = new Authorizations()
  const told: string[] = []
  for (let i = 0; i < 21; i += 1) await begin(authorizations, `${i}`, told)
  await delay(1)
  t.deepEqual(told, [abandoned])
  t.is(
    authorizations.arrive(returned('0'), () => 'browser'),
    undefined,
  )
  await authorizations.arrive(returned('1'), () => 'browser')
  t.deepEqual(told.slice(1), [returned('1').href])
  authorizations.close()
  await delay(1)
  t.is(told.length, 21)
})

test('a grant that fails before anybody is sent away says so', async (t) => {
  const authorizations = new Authorizations()
  const begun = authorizations.begin('browser', async () => Promise.reject(new Error('off')))
  await t.throwsAsync(begun, { message: 'off' })
})
