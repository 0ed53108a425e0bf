import test from 'ava'
import { freshness } from '../../src/tokens/freshness.ts'

const answers: readonly (readonly [
  title: string,
  headers: Readonly<Record<string, string>>,
  seconds: number | undefined,
])[] = [
  ['nothing said', {}, undefined],
  ['an empty field', { 'cache-control': '' }, undefined],
  ['max-age', { 'cache-control': 'max-age=60' }, 60],
  ['max-age 0', { 'cache-control': 'max-age=0' }, 0],
  ['in capitals', { 'cache-control': 'Max-Age=60' }, 60],
  ['in quotes', { 'cache-control': 'max-age="60"' }, 60],
  ['among others', { 'cache-control': 'public, max-age=60, must-revalidate' }, 60],
  ['without spaces', { 'cache-control': 'public,max-age=60,immutable' }, 60],
  ['with more spaces', { 'cache-control': 'public  ,   max-age=60  , immutable' }, 60],
  ['with tabs', { 'cache-control': 'public\t,\tmax-age=60\t, immutable' }, 60],
  ['empty elements', { 'cache-control': ',, max-age=60,,' }, 60],
  ['the first of two', { 'cache-control': 'max-age=60, max-age=600' }, 60],
  ['for shared caches', { 'cache-control': 's-maxage=60' }, undefined],
  ['of another name', { 'cache-control': 'x-max-age=60, max-age-x=60' }, undefined],
  ['no-store', { 'cache-control': 'no-store' }, 0],
  ['no-store, with a tab', { 'cache-control': 'private,\tno-store' }, 0],
  ['no-cache', { 'cache-control': 'no-cache' }, 0],
  ['no-store in capitals', { 'cache-control': 'NO-STORE' }, 0],
  ['no-store after max-age', { 'cache-control': 'max-age=60, no-store' }, 0],
  ['no-cache after max-age', { 'cache-control': 'max-age=60,no-cache' }, 0],
  ['no-cache for one field', { 'cache-control': 'no-cache="set-cookie", max-age=60' }, 60],
  ['age', { 'cache-control': 'max-age=60', age: '20' }, 40],
  ['age as large', { 'cache-control': 'max-age=60', age: '60' }, 0],
  ['age above', { 'cache-control': 'max-age=60', age: '600' }, 0],
  ['age alone', { age: '20' }, undefined],
  ['an age that is none', { 'cache-control': 'max-age=60', age: '-20' }, 60],
  ['another age that is none', { 'cache-control': 'max-age=60', age: '20, 30' }, 60],
  ['very long', { 'cache-control': 'max-age=99999999999999999999' }, 1e20],
]

for (const [title, headers, seconds] of answers) {
  test(`freshness: ${title}`, (t) => {
    t.is(freshness(headers), seconds)
  })
}
