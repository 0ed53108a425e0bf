import { visiting } from './visit.ts'

const refused = [
  ['No token', 'GET /orders: 401 Unauthorized', 'Read refused', 'MissingCredentials'],
  ['Expired token', 'GET /admin/orders: 401 Unauthorized', 'Check refused', 'Its time is over.'],
  [
    'Another audience',
    'GET /orders: 401 Unauthorized',
    'Check refused',
    'It is meant for another API.',
  ],
  [
    'Tampered token',
    'GET /admin/orders: 401 Unauthorized',
    'Verify refused',
    'invalid_token · signature',
  ],
  [
    'Too little scope',
    'GET /admin/orders: 403 Forbidden',
    'Authorize refused requireScope()',
    'InsufficientScope · insufficient_scope',
  ],
  ['Stolen DPoP token', 'GET /whoami: 401 Unauthorized', 'Confirm refused', 'binding'],
] as const

for (const [name, news, stage, why] of refused) {
  visiting(`${name}: the page shows where and why the API refuses`, async (t, visit) => {
    await visit.press(name)
    await visit.news(`${news}. Refused at “${stage.split(' ')[0]}”`)
    await visit.drawn(news.split(': ')[1]!)
    const stages = await visit.result.stages()
    const at = stages.indexOf(stage)
    t.not(at, -1, stages.join())
    t.true(stages.slice(0, at).every((each) => each.includes(' passed')))
    t.true(stages.slice(at + 1).every((each) => each.endsWith('not reached')))
    const call = visit.page.locator('details.call').last()
    t.true((await call.innerText()).includes(why))
    t.regex(await visit.result.answer(), /www-authenticate/i)
  })
}
