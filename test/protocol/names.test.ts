import test from 'ava'
import { readNames } from '../../src/protocol/names.ts'

const claims = {
  roles: ['admin', 7, '', 'auditor'],
  role: 'service role',
  realm_access: { roles: ['a'] },
  'realm_access.roles': ['one key'],
  projects: { reader: { 1: 'x' }, writer: true },
  records: [{ name: 'r1' }, { name: 'r2', isDefault: true }, 'r3', null],
  nothing: null,
  empty: [],
}

const cases: [title: string, paths: string[][], names: string[]][] = [
  ['the strings of an array', [['roles']], ['admin', 'auditor']],
  ['a string is one name, spaces and all', [['role']], ['service role']],
  ['a path goes through objects', [['realm_access', 'roles']], ['a']],
  ['a key with dots is one key', [['realm_access.roles']], ['one key']],
  ['* is every key of an object', [['projects', '*']], ['reader', 'writer']],
  ['an object itself names nothing', [['projects']], []],
  ['* is every element of an array', [['records', '*', 'name']], ['r1', 'r2']],
  ['null counts as absent', [['nothing'], ['role']], ['service role']],
  ['an empty array is present', [['empty'], ['role']], []],
  ['the first present path counts, alone', [['missing'], ['role'], ['roles']], ['service role']],
  ['what every object inherits is no claim', [['constructor', 'name']], []],
  ['an array has no literal keys', [['roles', 'length']], []],
  ['no path, no names', [], []],
]

for (const [title, paths, names] of cases) {
  test(title, (t) => {
    t.deepEqual([...readNames(JSON.parse(JSON.stringify(claims)), paths)], names)
  })
}

test('nobody can add to the names', (t) => {
  const names = readNames({ roles: ['a'] }, [['roles']]) as Set<string>
  t.throws(() => names.add('b'), { message: /cannot be changed/ })
  t.throws(() => names.delete('a'), { message: /cannot be changed/ })
  t.throws(() => names.clear(), { message: /cannot be changed/ })
})
