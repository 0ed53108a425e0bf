import { hash } from 'node:crypto'
import test from 'ava'
import { Sightings } from '../../src/tokens/sightings.ts'

const digest = (what: unknown): string => hash('sha256', String(what), 'binary')

test('tells the second time from the first', (t) => {
  const sightings = new Sightings(10)
  for (const one of ['a', 'b', 'c']) t.false(sightings.isAgain(digest(one)))
  for (const one of ['a', 'b', 'c', 'a']) t.true(sightings.isAgain(digest(one)))
})

test('holds nearly all that it is expected to', (t) => {
  const sightings = new Sightings(10_000)
  for (let i = 0; i < 10_000; i += 1) sightings.isAgain(digest(i))
  let known = 0
  for (let i = 0; i < 10_000; i += 1) if (sightings.isAgain(digest(i))) known += 1
  t.true(known > 9900, String(known))
})

test('takes hardly any for one that it has not seen', (t) => {
  const sightings = new Sightings(1000)
  let mistaken = 0
  for (let i = 0; i < 100_000; i += 1) if (sightings.isAgain(digest(i))) mistaken += 1
  t.true(mistaken < 5, String(mistaken))
})

for (const expected of [0, 1, 3, 5]) {
  test(`has room for one, if ${expected} are expected`, (t) => {
    const sightings = new Sightings(expected)
    t.false(sightings.isAgain(digest('a')))
    t.true(sightings.isAgain(digest('a')))
  })
}
