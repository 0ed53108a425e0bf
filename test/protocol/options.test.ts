import test from 'ava'
import * as rule from '../../src/protocol/options.ts'

const symbol = Symbol('a')
const noop = (): void => undefined

const rules: readonly (readonly [
  title: string,
  rule: rule.Rule,
  fitting: readonly unknown[],
  others: readonly unknown[],
])[] = [
  ['text', rule.text, ['a', ' ', '0'], ['', 0, null, true, [], ['a'], {}, noop, symbol]],
  ['truth', rule.truth, [true, false], [0, 1, '', 'true', null, []]],
  ['whole', rule.whole, [1, 2 ** 53 - 1], [0, -1, 1.5, 2 ** 53, NaN, Infinity, '1', null, 1n]],
  ['callable', rule.callable, [noop, Date, async () => undefined], [{}, '() => {}', null]],
  ['record', rule.record, [{}, new Map(), Object.create(null)], [null, [], 'a', 5, noop]],
  ['seconds', rule.seconds(0.5, 60), [0.5, 1, 60], [0.499, 60.001, NaN, Infinity, '1', null, -1]],
  ['seconds from 0', rule.seconds(0, 1), [0, -0, 1], [-0.001, '0']],
  [
    'having',
    rule.having('a store', 'get', 'set'),
    [{ get: noop, set: noop }, new Map(), { get: noop, set: noop, more: 1 }],
    [{}, { get: noop }, { get: noop, set: 'a' }, null, [], noop, 'a'],
  ],
  [
    'oneOrMore',
    rule.oneOrMore(rule.text),
    ['a', ['a'], ['a', 'b']],
    ['', [], [''], ['a', 5], 5, [['a']]],
  ],
  ['listOf', rule.listOf(rule.text), [[], ['a'], ['a', 'b']], ['a', [''], ['a', 5], null, {}]],
]

for (const [title, { fits, expected }, fitting, others] of rules) {
  test(`rule ${title}`, (t) => {
    for (const value of fitting) t.true(fits(value), `${title} takes ${typeof value}`)
    for (const [i, value] of others.entries()) t.false(fits(value), `${title} refuses, ${i}`)
    t.regex(expected, /^[a-z].*[^.]$/, 'it can stand in a sentence')
  })
}

interface Options {
  readonly name: string
  readonly age?: unknown
}

const own = { name: rule.required(rule.text), age: rule.seconds(0, 10) }
const check = (options: unknown) => () => rule.checkOptions('made', options as Options, own)

test('right options pass', (t) => {
  t.notThrows(check({ name: 'a' }))
  t.notThrows(check({ name: 'a', age: 0 }))
  t.notThrows(check({ name: 'a', age: undefined }))
  t.notThrows(check(Object.assign(Object.create(null), { name: 'a' })))
})

const wrong: readonly (readonly [title: string, options: unknown, message: string])[] = [
  ['none', undefined, 'made() takes an object of options, as in { name: value }'],
  ['null', null, 'made() takes an object of options, as in { name: value }'],
  [
    'a string',
    'https://as.example.com',
    'made() takes an object of options, as in { name: value }',
  ],
  [
    'an unknown one',
    { name: 'a', nmae: 'b' },
    'made(): there is no option nmae; there are name, age',
  ],
  [
    'a name of Object.prototype',
    { name: 'a', toString: 'b' },
    'made(): there is no option toString; there are name, age',
  ],
  ['a missing one', {}, 'made(): name must be a string that is not empty; it is missing'],
  [
    'undefined',
    { name: undefined },
    'made(): name must be a string that is not empty; it is missing',
  ],
  ['an empty string', { name: '' }, 'made(): name must be a string that is not empty, not ""'],
  ['null for one', { name: null }, 'made(): name must be a string that is not empty, not null'],
  [
    'a number too large',
    { name: 'a', age: 11 },
    'made(): age must be a number of seconds from 0 to 10, not 11',
  ],
  [
    'a string for a number',
    { name: 'a', age: '5' },
    'made(): age must be a number of seconds from 0 to 10, not "5"',
  ],
  [
    'an object, which might hold a secret',
    { name: { secret: 'canary' } },
    'made(): name must be a string that is not empty, not that object',
  ],
  [
    'an array, likewise',
    { name: ['canary'] },
    'made(): name must be a string that is not empty, not that array',
  ],
  ['a symbol', { name: symbol }, 'made(): name must be a string that is not empty, not Symbol(a)'],
]

for (const [title, options, message] of wrong) {
  test(`refuses ${title}`, (t) => {
    t.throws(check(options), { instanceOf: TypeError, message })
  })
}

test('a long value is shown in brief', (t) => {
  const error = t.throws(check({ name: 'a', age: 'x'.repeat(10_000) }))
  t.true(error.message.length < 300)
})

test('required does not change the rule it is made of', (t) => {
  t.true(rule.required(rule.text).required)
  t.is(rule.text.required, undefined)
})
