import test from 'ava'
import * as fc from 'fast-check'
import { readJsonObject } from '../../src/protocol/json.ts'
import { inheritsNothing } from '../inherits-nothing.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const nested = (levels: number, open: string, close: string): string =>
  open.repeat(levels) + close.repeat(levels)

const objects: readonly (readonly [title: string, json: string, value: object])[] = [
  ['an empty object', '{}', {}],
  [
    'members',
    '{"a":1,"b":[true,null,"c"],"d":{"e":{}}}',
    { a: 1, b: [true, null, 'c'], d: { e: {} } },
  ],
  ['white space around', ' \t\r\n{ } \n', {}],
  ['the last of members with one name', '{"a":1,"a":2}', { a: 2 }],
  ['escapes', '{"\\u0061":"\\ud83d\\ude00"}', { a: '\u{1F600}' }],
  ['beyond ASCII', '{"ä":"€"}', { ä: '€' }],
]

for (const [title, json, value] of objects) {
  test(`reads ${title}`, (t) => {
    for (const form of [json, utf8(json), Buffer.from(json)]) {
      t.deepEqual(JSON.parse(JSON.stringify(readJsonObject(form))), value)
    }
  })
}

const notObjects: readonly (readonly [title: string, json: string])[] = [
  ['nothing', ''],
  ['white space', ' '],
  ['an array', '[{}]'],
  ['null', 'null'],
  ['a string', '"{}"'],
  ['a number', '1'],
  ['true', 'true'],
  ['truncated', '{"a":1'],
  ['a trailing comma', '{"a":1,}'],
  ['a comment', '{}//'],
  ['single quotes', "{'a':1}"],
  ['NaN', '{"a":NaN}'],
  ['a leading zero', '{"a":01}'],
  ['a line break in a string', '{"a":"\n"}'],
  ['more after it', '{}{}'],
  ['a NUL after it', '{}\0'],
  ['a byte order mark', '\uFEFF{}'],
]

for (const [title, json] of notObjects) {
  test(`no object: ${title}`, (t) => {
    t.is(readJsonObject(json), undefined)
    t.is(readJsonObject(utf8(json)), undefined)
  })
}

const notUtf8: readonly (readonly [title: string, hex: string])[] = [
  ['a byte that never stands in UTF-8', '7b2261223a22ff227d'],
  ['an overlong form', '7b2261223a22c0af227d'],
  ['a surrogate', '7b2261223a22eda080227d'],
  ['a cut character', '7b2261223a22c3227d'],
  ['UTF-16', '7b007d00'],
]

for (const [title, hex] of notUtf8) {
  test(`no object: ${title}`, (t) => {
    t.is(readJsonObject(Buffer.from(hex, 'hex')), undefined)
  })
}

test('up to 32 levels are read, objects and arrays alike', (t) => {
  t.truthy(readJsonObject(`${'{"a":'.repeat(31)}{}${'}'.repeat(31)}`))
  t.is(readJsonObject(`${'{"a":'.repeat(32)}{}${'}'.repeat(32)}`), undefined)
  t.truthy(readJsonObject(`{"a":${nested(31, '[', ']')}}`))
  t.is(readJsonObject(`{"a":${nested(32, '[', ']')}}`), undefined)
  t.is(readJsonObject(`{"a":${nested(500_000, '[', ']')}}`), undefined)
})

test('hostile names are plain data', (t) => {
  const json = '{"__proto__":{"admin":true},"constructor":{"prototype":1},"toString":null}'
  const object = readJsonObject(json)!
  t.true(inheritsNothing(object))
  t.deepEqual(Object.keys(object), ['__proto__', 'constructor', 'toString'])
  t.is(object['admin'], undefined)
  t.is(object['hasOwnProperty'], undefined)
  t.is(JSON.stringify(object), json)
  t.is(({} as Record<string, unknown>)['admin'], undefined)
})

test('objects at every depth have no prototype, and nothing can be changed', (t) => {
  const object = readJsonObject('{"a":{"b":[{"c":[]}]},"__proto__":{"d":{}}}')
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    t.true(Object.isFrozen(value))
    if (!Array.isArray(value)) t.true(inheritsNothing(value))
    for (const member of Object.values(value)) visit(member)
  }
  visit(object)
  t.throws(() => Object.assign(object!, { a: 1 }), { instanceOf: TypeError })
})

test('whatever JSON writes, it reads the same; whatever else comes, it throws nothing', (t) => {
  const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }))
  fc.assert(
    fc.property(value, (object) => {
      const json = JSON.stringify(object)
      t.is(JSON.stringify(readJsonObject(json)), json)
      t.is(JSON.stringify(readJsonObject(utf8(json))), json)
    }),
  )
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readJsonObject(bytes)))
  fc.assert(fc.property(fc.string(), (text) => void readJsonObject(`{${text}`)))
  t.pass()
})
