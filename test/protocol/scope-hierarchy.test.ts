import test from 'ava'
import { readScopeHierarchy, type ScopeHierarchy } from '../../src/protocol/scope-hierarchy.ts'

const hierarchy = {
  'orders:write': ['orders:read'],
  'orders:admin': ['orders:write', 'stock:*'],
  'stock:write': ['audit:read'],
  root: ['*'],
  'all:*': ['all:*'],
}

const cases: readonly (readonly [
  title: string,
  tokens: string,
  token: string,
  included: boolean,
])[] = [
  ['what is there', 'a', 'a', true],
  ['what is not', 'a', 'b', false],
  ['directly', 'orders:write', 'orders:read', true],
  ['not the other way round', 'orders:read', 'orders:write', false],
  ['by way of another', 'orders:admin', 'orders:read', true],
  ['by its beginning', 'orders:admin', 'stock:anything', true],
  ['by its beginning, and on from there', 'orders:admin', 'audit:read', true],
  ['not another beginning', 'orders:admin', 'stocks', false],
  ['whatever there is', 'root', 'anything', true],
  ['a token with a star is a name like others', 'stock:*', 'stock:read', false],
  ['unless it is declared to be more', 'all:*', 'all:things', true],
  ['the second of two tokens', 'a orders:write', 'orders:read', true],
  ['a name of Object.prototype', 'constructor', 'orders:read', false],
  ['a name of Object.prototype, asked for', 'orders:admin', 'constructor', false],
]

for (const [title, tokens, token, included] of cases) {
  test(`a scope includes: ${title}`, (t) => {
    const includes = readScopeHierarchy(hierarchy)
    for (let i = 0; i < 2; i++) t.is(includes(new Set(tokens.split(' ')), token), included)
  })
}

test('without a hierarchy nothing includes anything, a star neither', (t) => {
  const includes = readScopeHierarchy(undefined)
  t.true(includes(new Set(['a']), 'a'))
  t.false(includes(new Set(['*', 'orders:*', 'orders:write']), 'orders:read'))
})

test('what is done to the declaration later changes nothing', (t) => {
  const declared: Record<string, string[]> = { a: ['b'] }
  const includes = readScopeHierarchy(declared)
  declared['a']!.push('c')
  declared['x'] = ['c']
  t.false(includes(new Set(['a', 'x']), 'c'))
})

const wrong: readonly (readonly [title: string, declared: unknown, message: RegExp])[] = [
  ['itself', { a: ['a'] }, /in a circle: "a" includes itself/],
  ['a circle of three', { a: ['b'], b: ['c'], c: ['a'] }, /in a circle/],
  ['a string', { a: 'b' }, /that of "a"/],
  ['no token', { a: ['b c'] }, /that of "a"/],
  ['no token to include by', { 'a b': ['c'] }, /that of "a b"/],
  ['a star in the middle', { a: ['b*c'] }, /\* at the end only/],
  ['two stars', { a: ['b**'] }, /\* at the end only/],
  ['a number', { a: [5] }, /that of "a"/],
]

for (const [title, declared, message] of wrong) {
  test(`no hierarchy: ${title}`, (t) => {
    const read = (): unknown => readScopeHierarchy(declared as ScopeHierarchy)
    t.throws(read, { instanceOf: TypeError, message })
  })
}

test('a deep hierarchy is read quickly, however many ways lead down', (t) => {
  const declared: Record<string, string[]> = {}
  for (let i = 0; i < 60; i++) {
    for (const side of 'lr') declared[`${side}${i}`] = [`l${i + 1}`, `r${i + 1}`]
  }
  const includes = readScopeHierarchy(declared)
  t.true(includes(new Set(['l0']), 'r60'))
})
