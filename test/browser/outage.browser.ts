import { visiting } from './visit.ts'

visiting(
  'With the authorization server off, JWTs work, and opaque tokens get 503',
  async (t, visit) => {
    await visit.grant('Opaque token', 'The Partner')
    await visit.call('GET /whoami', 'GET /whoami: 200 OK')
    await visit.press('Client credentials')
    await visit.news('The Nightly Job')
    await visit.call('GET /whoami', 'GET /whoami: 200 OK')

    const power = visit.page.getByRole('switch', { name: 'Authorization server' })
    t.is(await power.getAttribute('aria-checked'), 'true')
    await power.click()
    await visit.news('The authorization server is off')
    t.is(await power.getAttribute('aria-checked'), 'false')
    t.true(await visit.button('Rotate its keys').isDisabled())

    await visit.call('GET /whoami', 'GET /whoami: 200 OK. Let in.')
    await visit.page.getByRole('radio', { name: 'The Partner' }).check()
    // What the API remembers of an opaque token, it believes for a second.
    const gone = visit.page.getByRole('status').filter({ hasText: '503 Service Unavailable' })
    for (let time = 0; time < 20 && (await gone.count()) === 0; time++) {
      await visit.call('GET /whoami', /GET \/whoami: (200 OK|503 Service Unavailable)/)
    }
    await visit.news('Could not be decided at “Verify”')
    t.is((await visit.result.stages())[1], 'Verify not available')
    await visit.page
      .getByText('The API must ask the authorization server, and gets no answer.')
      .waitFor()
    t.regex((await visit.drawn('503')).join('\n'), /resourceserver > authorizationserver: POST/)

    await visit.press('Client credentials')
    await visit.news(/does not answer/)

    await power.click()
    await visit.news('The authorization server is on again')
    t.is(await power.getAttribute('aria-checked'), 'true')
    await visit.press('Client credentials')
    await visit.news('The Nightly Job has got a token')
  },
)

visiting('After a rotation old tokens and new ones work', async (t, visit) => {
  await visit.press('Client credentials')
  await visit.news('The Nightly Job')
  await visit.call('GET /whoami', 'GET /whoami: 200 OK')
  const keys = visit.page.getByText(/It publishes \d+ signing keys?/)
  t.regex(await keys.innerText(), /1 signing key\b/)
  await visit.button('Rotate its keys').click()
  await visit.news('signs with a new key')
  t.regex(await keys.innerText(), /2 signing keys/)
  await visit.call('GET /whoami', 'GET /whoami: 200 OK. Let in.')
  await visit.press('Client credentials')
  await visit.news('The Nightly Job')
  await visit.call('GET /whoami', 'GET /whoami: 200 OK. Let in.')
  t.true((await visit.drawn('let in')).includes('resourceserver > authorizationserver: GET /jwks'))
})
