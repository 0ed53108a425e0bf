import test from 'ava'
import { checkScopeToken, readScope } from '../../src/protocol/scope.ts'

const scopes: readonly (readonly [title: string, scope: string, tokens: readonly string[]])[] = [
  ['one token', 'orders:read', ['orders:read']],
  ['several, in their order', 'write read admin', ['write', 'read', 'admin']],
  ['nothing', '', []],
  ['spaces alone', '   ', []],
  ['spaces around and between', '  a   b  ', ['a', 'b']],
  ['a token that stands twice', 'a b a', ['a', 'b']],
  ['case counts', 'a A', ['a', 'A']],
  ['only the space separates', 'a\tb c\nd e,f', ['a\tb', 'c\nd', 'e,f']],
  ['names of Object.prototype', '__proto__ constructor', ['__proto__', 'constructor']],
]

for (const [title, scope, tokens] of scopes) {
  test(`readScope: ${title}`, (t) => {
    t.deepEqual([...readScope(scope)], tokens)
  })
}

test('readScope: the set tells what it has', (t) => {
  const scope = readScope('a b')
  t.true(scope.has('a'))
  t.false(scope.has('a b'))
  t.false(scope.has(''))
  t.is(scope.size, 2)
  t.is(JSON.stringify({ scope }), '{"scope":["a","b"]}')
})

test('readScope: the set cannot be changed', (t) => {
  const scope = readScope('a b') as Set<string>
  t.throws(() => scope.add('c'), { instanceOf: TypeError })
  t.throws(() => scope.delete('a'), { instanceOf: TypeError })
  t.throws(() => scope.clear(), { instanceOf: TypeError })
  t.throws(() => Object.assign(scope, { has: () => true }), { instanceOf: TypeError })
  t.deepEqual([...scope], ['a', 'b'])
})

for (const token of ['!', '#$%&', "'()*+,-./", 'a:b', '[', ']^_`', '{|}~', 'https://e.com/a?b=c']) {
  test(`checkScopeToken: ${token} is one`, (t) => {
    t.notThrows(() => checkScopeToken(token, 'asker'))
  })
}

const wrong: readonly (readonly [title: string, token: unknown, message: RegExp])[] = [
  ['an empty one', '', /^asker takes scope tokens .*: got ""$/],
  ['two in one', 'a b', /^asker .*: got "a b"$/],
  ['a quote', 'a"b', /^asker /],
  ['a backslash', 'a\\b', /^asker /],
  ['a line break', 'a\n', /^asker /],
  ['a control character', 'a\x7F', /^asker /],
  ['beyond ASCII', 'ä', /^asker /],
  ['no string', 5, /got 5$/],
  ['undefined', undefined, /got undefined$/],
  ['what asks for a refresh token', 'offline_access', /and not offline_access/],
]

for (const [title, token, message] of wrong) {
  test(`checkScopeToken refuses ${title}`, (t) => {
    t.throws(() => checkScopeToken(token, 'asker'), { instanceOf: TypeError, message })
  })
}
