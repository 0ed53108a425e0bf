import { ada, grace } from '../../example-api/registration.ts'
import { visiting } from './visit.ts'

for (const way of ['Authorization code with PKCE', 'Authorization code, browser only']) {
  visiting(`${way}: a window that is closed before its end is told of`, async (t, visit) => {
    const window = await visit.open(way)
    await window.getByLabel('Username').waitFor()
    await window.close()
    await visit.news('The window was closed before the log-in was complete')
    t.is(await visit.page.locator('.token').count(), 0)
  })
}

visiting('each log-in may be another person’s', async (t, visit) => {
  const way = 'Authorization code with PKCE'
  await visit.grant(way, 'The Shop', ada)
  t.regex(await visit.token(), /^The Shop authorization code, for ada/)
  await visit.grant(way, 'The Shop', grace)
  await visit.page.locator('.token:has(:checked)').filter({ hasText: 'for grace' }).waitFor()
  await visit.call('GET /whoami', '200 OK')
  t.regex(await visit.page.locator('.calls').innerText(), /grace/)
})

visiting('a page that is gone when the answer comes is missed', async (t, visit) => {
  const window = await visit.open('Authorization code, browser only')
  await visit.logIn(window)
  await window.getByRole('button', { name: 'Allow' }).waitFor()
  await visit.page.reload()
  await window.getByRole('button', { name: 'Allow' }).click()
  await window.getByText('No page waits for this answer any more').waitFor()
  t.is(await visit.page.locator('.token').count(), 0)
})
