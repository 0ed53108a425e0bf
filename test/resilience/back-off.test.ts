import test from 'ava'
import { BackOff } from '../../src/resilience/back-off.ts'

test('nothing that works is left alone', (t) => {
  const backOff = new BackOff(1, 30)
  t.is(backOff.left, -Infinity)
  backOff.failed()
  t.true(backOff.left > 0)
  backOff.succeeded()
  t.is(backOff.left, -Infinity)
})

test('the time is spread out, doubles at each failure, and has a bound', (t) => {
  const backOff = new BackOff(100, 900)
  for (const most of [100, 200, 400, 800, 900, 900]) {
    backOff.failed()
    t.true(backOff.left <= most && backOff.left > most / 2 - 1, `${backOff.left} of ${most}`)
  }
  backOff.succeeded()
  backOff.failed()
  t.true(backOff.left <= 100, 'a success begins anew')
})

test('the spread differs from instance to instance', (t) => {
  const waits = Array.from({ length: 20 }, () => {
    const backOff = new BackOff(1000, 1000)
    backOff.failed()
    return Math.round(backOff.left)
  })
  t.true(new Set(waits).size > 10)
})

test('the bound counts from the first failure on', (t) => {
  const backOff = new BackOff(1000, 10)
  backOff.failed()
  t.true(backOff.left <= 10)
})

test('a server that asks for time gets it, within the bound', (t) => {
  const backOff = new BackOff(1, 100)
  backOff.failed(50)
  t.true(backOff.left > 49 && backOff.left <= 50)
  backOff.failed(5000)
  t.true(backOff.left > 99 && backOff.left <= 100)
  backOff.failed(0)
  t.true(backOff.left > 0)
})

for (const [least, most] of [
  [0, 0],
  [1, 30],
] as const) {
  test(`thousands of failures later it still comes back: ${least} to ${most}`, (t) => {
    const backOff = new BackOff(least, most)
    for (let i = 0; i < 3000; i++) backOff.failed()
    t.true(backOff.left <= most, String(backOff.left))
  })
}
