import test from 'ava'
import { UseDpopNonce } from '../../src/confirmation/dpop-errors.ts'
import { InvalidToken } from '../../src/protocol/errors.ts'
import { StoreUnavailable } from '../../src/protocol/service-unavailable.ts'

test('a nonce that no header field can carry is the programmer’s mistake', (t) => {
  for (const nonce of ['', 'a b', 'a"b', 'a\r\nX: y', 'é', '\u0000', 'a\\b']) {
    t.throws(() => new UseDpopNonce(nonce), { instanceOf: TypeError }, JSON.stringify(nonce))
  }
  t.deepEqual(new UseDpopNonce('a-b_C.1').headers, { 'DPoP-Nonce': 'a-b_C.1' })
})

for (const [retryAfter, sent] of [
  [undefined, '5'],
  [0, '1'],
  [-3, '1'],
  [1.2, '2'],
  [NaN, '1'],
  [Infinity, '86400'],
  [1e21, '86400'],
] as const) {
  test(`Retry-After is a number of digits, for ${retryAfter}`, (t) => {
    const error = new StoreUnavailable('down', retryAfter === undefined ? {} : { retryAfter })
    t.is(error.headers['Retry-After'], sent)
    t.is(error.again().headers['Retry-After'], sent)
  })
}

test('a refusal has no stack, and leaves the stacks of others alone', (t) => {
  const { stackTraceLimit } = Error
  t.is(new InvalidToken('expired').stack?.split('\n').length, 1)
  t.is(Error.stackTraceLimit, stackTraceLimit)
  t.true(new Error('a').stack!.split('\n').length > 2)
})
