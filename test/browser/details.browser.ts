import { ada } from '../../example-api/registration.ts'
import { visiting } from './visit.ts'

visiting('An arrow opens what is in the message', async (t, visit) => {
  const { page } = visit
  await visit.grant('Authorization code with PKCE', 'The Shop')
  await visit.drawn('the page “Done”')
  const dialog = page.getByRole('dialog')
  const text = async (): Promise<string> => (await dialog.innerText()).replaceAll(/\s+/g, ' ')

  await page.getByRole('button', { name: /Client to Authorization server: POST \/token/ }).click()
  await dialog.getByRole('heading', { name: /^\d+\. POST \/token$/ }).waitFor()
  const request = await text()
  t.regex(request, /Client to ?→ Authorization server/)
  t.regex(request, /RFC 6749 §4\.1\.3/)
  t.regex(request, /grant_type authorization_code By which way/)
  t.regex(request, /code_verifier \S*….*shortened The secret itself/)
  t.false(request.includes('demo-secret'))

  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByRole('heading', { name: /^\d+\. 200 OK$/ }).waitFor()
  const jwt = dialog.locator('details', { hasText: 'What this JWT says' })
  await jwt.locator('summary').click()
  t.regex(await jwt.innerText(), /Header\s+alg\s+"ES256"/)
  t.regex(await jwt.innerText(), /client_id\s+"shop-back-end"/)

  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByRole('heading', { name: 'The Shop has got a token' }).waitFor()
  await dialog.getByRole('button', { name: 'Before' }).click()
  await dialog.getByRole('heading', { name: /^\d+\. 200 OK$/ }).waitFor()
  await page.mouse.click(5, 5)
  await dialog.waitFor({ state: 'hidden' })
})

visiting('The password goes to the authorization server, and is not shown', async (t, visit) => {
  await visit.grant('Authorization code with PKCE', 'The Shop')
  await visit.drawn('the page “Done”')
  await visit.page.getByRole('button', { name: /: POST .*password/ }).click()
  const dialog = visit.page.getByRole('dialog')
  await dialog.getByText('the client never sees it').waitFor()
  t.false((await visit.page.content()).split('<dialog')[1]!.includes(ada.password))
})

visiting('The decision has details, and so has the token that is chosen', async (t, visit) => {
  await visit.press('Too little scope')
  await visit.news('403 Forbidden')
  await visit.drawn('insufficient_scope')
  await visit.page.getByRole('button', { name: 'not let in: insufficient_scope' }).click()
  const dialog = visit.page.getByRole('dialog')
  await dialog.getByRole('heading', { name: 'The API decides' }).waitFor()
  t.regex(await dialog.innerText(), /Authorize\s+refused\s+requireScope\(\)/)
  await visit.button('Close').click()

  await visit.press('Client credentials')
  await visit.news('The Nightly Job')
  await visit.page.getByText('What the token says').click()
  t.regex(await visit.token(), /aud "https:\/\/orders\.example\.com" Which API the token is for/)
})

visiting('Runs can be looked back at, in the diagram and in the list', async (t, visit) => {
  const { page } = visit
  await visit.press('Client credentials')
  await visit.news('The Nightly Job has got a token')
  await visit.call('GET /whoami', 'GET /whoami: 200 OK')
  await page.getByLabel('Look back at').selectOption('1. Client credentials')
  await visit.news('The Nightly Job has got a token')
  const drawn = await visit.drawn('has a token')
  t.is(drawn.length, 5)

  await page.getByRole('radio', { name: 'List' }).check()
  const items = page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
  await items.nth(drawn.length - 1).waitFor()
  t.is(await items.count(), drawn.length)
  t.regex(
    await items.nth(2).innerText(),
    /3\s+Client\s+to\s*→\s+Authorization server\s+POST \/token/,
  )
  await items.nth(2).getByRole('button').click()
  await page.getByRole('dialog').getByRole('heading', { name: '3. POST /token' }).waitFor()
})

visiting('What the page is told is text, whatever stands in it', async (t, visit) => {
  const title = '<img src=x onerror=alert(1)>"; #35; %%{init: {}}%% end & so on'
  await visit.page.evaluate(async (title) => {
    const headers = { 'Content-Type': 'application/json' }
    await fetch('/runs', { method: 'POST', headers, body: JSON.stringify({ title }) })
  }, title)
  const option = visit.page.getByRole('option', { name: title })
  await option.waitFor({ state: 'attached' })
  t.is((await option.textContent())?.trim(), `1. ${title}`)
  t.is(await visit.page.locator('img').count(), 0)
})

visiting(
  'Usernames and passwords can be copied',
  async (t, visit) => {
    const password = visit.page.getByRole('button', { name: /copy the password of ada/ })
    await password.click()
    await visit.page.locator('[data-copied]').waitFor()
    t.is(await visit.page.evaluate(() => navigator.clipboard.readText()), ada.password)
  },
  { permissions: ['clipboard-read', 'clipboard-write'] },
)

visiting('A page that is opened later is told all that has been', async (t, visit) => {
  await visit.press('Client credentials')
  await visit.news('The Nightly Job has got a token')
  await visit.page.reload()
  await visit.news('The Nightly Job has got a token')
  t.regex(await visit.token(), /^The Nightly Job/)
})
