import test from 'ava'
import {
  allOf,
  anyOf,
  type Expression,
  holds,
  leastNames,
  readExpression,
} from '../../src/protocol/expression.ts'
import { readScopeHierarchy } from '../../src/protocol/scope-hierarchy.ts'

const includes = readScopeHierarchy({ write: ['read'], admin: ['write'] })

const cases: readonly (readonly [
  title: string,
  expression: Expression,
  there: string,
  suffices: boolean,
  asked: string,
])[] = [
  ['one that is there', 'a', 'a', true, 'a'],
  ['one that is lacking', 'a', 'b', false, 'a'],
  ['all', allOf('a', 'b'), 'b a', true, 'a b'],
  ['all, one lacking: both are asked for', allOf('a', 'b'), 'a', false, 'a b'],
  ['any', anyOf('a', 'b'), 'b', true, 'b'],
  ['any, all lacking: the first', anyOf('a', 'b'), '', false, 'a'],
  ['an alternative of which less is lacking', anyOf(allOf('a', 'b'), 'c'), '', false, 'c'],
  ['that which is begun', anyOf('z', allOf('b', 'c')), 'b', false, 'z'],
  ['that which is nearly there', anyOf(allOf('x', 'y'), allOf('b', 'c')), 'b', false, 'b c'],
  ['nested', anyOf('a', allOf('b', anyOf('c', 'd'))), 'b d', true, 'b d'],
  ['a choice that another part has made', allOf(anyOf('a', 'b'), 'b'), '', false, 'b'],
  ['what could be left out', allOf(anyOf('a', 'b'), anyOf('b', 'c')), '', false, 'b'],
  ['a name that stands twice', allOf('a', 'b', 'a'), '', false, 'a b'],
  ['what another includes is not asked for', allOf('read', 'write', 'x'), '', false, 'write x'],
  ['nor by way of a third', allOf('read', 'admin'), '', false, 'admin'],
  ['what includes it suffices', allOf('read', 'x'), 'admin x', true, 'read x'],
  ['what is included does not', 'write', 'read', false, 'write'],
]

for (const [title, expression, there, suffices, asked] of cases) {
  test(`names: ${title}`, (t) => {
    const names = new Set(there.split(' '))
    t.is(holds(expression, names, includes), suffices)
    t.is(leastNames(expression, names, includes).join(' '), asked)
  })
}

test('names that are asked for suffice, and none of them could be left out', (t) => {
  const names = ['a', 'b', 'c', 'read', 'write', 'admin']
  let seed = 7
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const expression = (depth: number): Expression => {
    if (depth === 0 || random(3) === 0) return names[random(names.length)]!
    const members = Array.from({ length: 1 + random(3) }, () => expression(depth - 1))
    return random(2) === 0 ? allOf(...members) : anyOf(...members)
  }
  for (let i = 0; i < 2000; i++) {
    const one = expression(3)
    const there = new Set(names.filter(() => random(3) === 0))
    const asked = leastNames(one, there, includes)
    t.true(holds(one, new Set(asked), includes), JSON.stringify(one))
    t.deepEqual(leastNames(one, there, includes), asked, 'the same each time')
    for (const name of asked) {
      const others = new Set(asked.filter((other) => other !== name))
      t.false(holds(one, others, includes), `${JSON.stringify(one)} without ${name}`)
    }
  }
})

test('what a guard is given is copied, frozen and checked to the last name', (t) => {
  const seen: unknown[] = []
  const given = { anyOf: ['b', { allOf: ['c', 'd'] }] } as const
  const read = readExpression(['a', given], 'asker', (name) => seen.push(name))
  t.deepEqual(read, allOf('a', anyOf('b', allOf('c', 'd'))))
  t.deepEqual(seen, ['a', 'b', 'c', 'd'])
  t.not((read as any).allOf[1], given)
  t.throws(() => (read as any).allOf.push('e'), { instanceOf: TypeError })
  t.throws(() => (read as any).allOf[1].anyOf.push('e'), { instanceOf: TypeError })
  t.is(
    readExpression(['a'], 'asker', () => undefined),
    'a',
  )
})

const none: readonly (readonly [title: string, given: unknown])[] = [
  ['nothing', []],
  ['an empty anyOf', [anyOf()]],
  ['an empty allOf', [allOf()]],
  ['a nested empty one', ['a', allOf('b', anyOf())]],
  ['an object that is neither', [{ oneOf: ['a'] }]],
  ['an array', [['a']]],
  ['an anyOf of a string', [{ anyOf: 'a' }]],
  ['null', [null]],
  ['undefined', [undefined]],
]

for (const [title, given] of none) {
  test(`no expression: ${title}`, (t) => {
    const check = (name: unknown): void => {
      if (typeof name !== 'string') throw new TypeError('no name')
    }
    t.throws(() => readExpression(given as Expression[], 'asker', check), { instanceOf: TypeError })
  })
}
