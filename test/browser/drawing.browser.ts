import { visiting } from './visit.ts'

visiting('The diagram takes the colours of the scheme whenever that changes', async (t, visit) => {
  const { page } = visit
  await visit.press('Client credentials')
  await visit.drawn('has a token')
  const text = page.locator('.messageText').first()
  const ink = (): Promise<string> => text.evaluate((element) => getComputedStyle(element).fill)
  const light = await ink()
  await visit.darken()
  t.not(await ink(), light)
})

visiting('The heads of the lanes stand above them, and stay in sight', async (t, visit) => {
  const { page } = visit
  const lanes = (): Promise<number[]> =>
    page
      .locator('#drawing .actor-line')
      .evaluateAll((lines) =>
        lines.map((line) => line.getBoundingClientRect().x).toSorted((one, other) => one - other),
      )
  const heads = page.locator('.lanes > div')
  const middles = (): Promise<number[]> =>
    heads.evaluateAll((all) =>
      all.map((head) => head.getBoundingClientRect()).map(({ x, width }) => x + width / 2),
    )
  await page.locator('#drawing svg').waitFor()
  await visit.grant('Authorization code with PKCE', 'The Shop')
  await visit.drawn('the page “Done”')
  const [above, below] = [await middles(), await lanes()]
  t.is(above.length, 4)
  t.true(
    above.every((middle, index) => Math.abs(middle - below[index]!) < 2),
    `${above.join()} ${below.join()}`,
  )

  await page.locator('#happenings').evaluate((panel) => panel.scrollTo(0, 500))
  const panel = (await page.locator('#happenings').boundingBox())!
  t.true((await heads.first().boundingBox())!.y >= panel.y)
})

visiting(
  'Nothing moves for who wants no motion',
  async (t, visit) => {
    const moving = await visit.page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element)
          return transitionDuration !== '0s' || animationName !== 'none'
        }).length,
    )
    t.is(moving, 0)
  },
  { reducedMotion: 'reduce' },
)
