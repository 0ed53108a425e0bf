import test from 'ava'
import { issuerIdentifier, parseSecureUrl, secureUrl } from '../../src/tokens/secure-url.ts'

const good = [
  'https://as.example.com',
  'https://as.example.com/a/b',
  'https://as.example.com:8443/',
  'http://localhost:3000/a',
  'http://as.localhost/',
  'http://127.0.0.1',
  'http://127.1.2.3:80/',
  'http://[::1]:3000/',
]

const withQuery = ['https://as.example.com/a?b=c', 'https://as.example.com?', 'http://[::1]/?a']

const bad: readonly unknown[] = [
  'http://as.example.com',
  'http://localhost.example.com/',
  'http://127.0.0.1.example.com/',
  'http://evil.example.com/localhost',
  'http://evil.example.com/?127.0.0.1',
  'http://localhost@evil.example.com/',
  'http://10.0.0.1/',
  'http://0.0.0.0/',
  'http://[::]/',
  'http://[::2]/',
  'http://xlocalhost/',
  'https://user@as.example.com/',
  'https://user:secret@as.example.com/',
  'https://:secret@as.example.com/',
  'https://as.example.com/#',
  'https://as.example.com/#a',
  'ftp://localhost/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:application/json,{}',
  'as.example.com',
  '//as.example.com',
  '/introspect',
  'https://',
  '',
  null,
  undefined,
  5,
  {},
  ['https://as.example.com'],
  new URL('https://as.example.com'),
]

for (const value of good) {
  test(`secure: ${value}`, (t) => {
    t.is(parseSecureUrl(value)?.href, new URL(value).href)
    t.true(secureUrl.fits(value))
    t.true(issuerIdentifier.fits(value))
  })
}

for (const value of withQuery) {
  test(`secure, and no issuer: ${value}`, (t) => {
    t.is(parseSecureUrl(value)?.href, new URL(value).href)
    t.true(secureUrl.fits(value))
    t.false(issuerIdentifier.fits(value))
  })
}

for (const [i, value] of bad.entries()) {
  test(`not secure: ${typeof value === 'string' ? value : `${typeof value} ${i}`}`, (t) => {
    t.is(parseSecureUrl(value), undefined)
    t.false(secureUrl.fits(value))
    t.false(issuerIdentifier.fits(value))
  })
}
