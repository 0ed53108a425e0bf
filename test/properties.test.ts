import test from 'ava'
import { casesOf, properties } from './properties/all.ts'

/** Cases of all properties together; `npm run properties` tries a million. */
const cases = Number(process.env['PROPERTY_CASES'] ?? 20_000)
const seed = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31)

for (const property of properties) {
  test.serial(property.title, async (t) => {
    t.timeout(600_000)
    await property.check(casesOf(property, cases), seed)
    t.pass()
  })
}
