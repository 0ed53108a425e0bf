import test from 'ava'
import { playing } from './playing.ts'
import { answers, errors } from './stories.ts'

const broken: readonly [name: string, statuses: number[], errors: (string | undefined)[]][] = [
  ['no-token', [401], ['MissingCredentials']],
  ['expired', [200, 401], [undefined, 'expired']],
  ['tampered', [401], ['signature']],
  ['other-audience', [401], ['audience']],
  ['too-little-scope', [403], ['InsufficientScope']],
  [
    'stolen-dpop',
    [401, 200, 401, 401, 401],
    ['UseDpopNonce', undefined, 'binding', 'missing', 'binding'],
  ],
]

for (const [name, statuses, reasons] of broken) {
  test(`/breaks/${name}`, async (t) => {
    const playground = await playing(t)
    const events = await playground.press(`/breaks/${name}`)
    t.deepEqual(answers(events), statuses)
    t.deepEqual(errors(events), reasons)
    t.is(events.of('run').length, 1)
    t.true(events.of('note').length > 0 && events.of('note').every(({ failure }) => !failure))
    t.is(events.of('token').length, 0)
  })
}
