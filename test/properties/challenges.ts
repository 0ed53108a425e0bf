import * as fc from 'fast-check'
import {
  InsufficientScope,
  InvalidRequest,
  jwt,
  OAuthError,
  requireScope,
} from 'koa-resource-server'
import { protect } from './api.ts'
import { issue, issuer, jwks } from './issuer.ts'
import { expectStatus, property } from './property.ts'

const tokens = jwt({ issuer, jwks })
const token = issue()
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom(
    '"',
    '\\',
    '\r\nSet-Cookie: a=b',
    '", error="invalid_token',
    '\u0000',
    '\u{1f511}',
    '\ud800',
    '',
  ),
)

class Odd extends OAuthError {}

/** Errors that an application may throw, with words of its own. */
const errors = {
  request: ([words = '']: readonly string[]) => new InvalidRequest(words),
  scope: (words: readonly string[]) => new InsufficientScope(words),
  description: ([description = '', cause]: readonly string[]) =>
    new InsufficientScope([], { description, cause }),
  own: ([code = '', value = '']: readonly string[]) =>
    new Odd(401, `own-${code}`, 'An error of its own', {}, { claims: value }),
}

const thrown = fc.tuple(
  fc.constantFrom<keyof typeof errors>('request', 'scope', 'description', 'own'),
  fc.array(text, { maxLength: 3 }),
)

export const thrownErrors = property(
  'whatever an application throws as an OAuth error makes a challenge that parses',
  0.02,
  [400, 401, 403],
  thrown,
  async ([kind, words]) => {
    const api = protect({ tokens }, () => {
      throw errors[kind](words)
    })
    const { status } = await api.present(token)
    return status
  },
)

const printable = fc.string({ unit: fc.constantFrom(...Array.from(' !#$[]^`{|}~-._/:=,;aZ09"\\')) })
const parameter = fc.oneof(
  { weight: 8, arbitrary: printable },
  { weight: 1, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(1, null, false, true, ['a'], {}) },
)
const parameters = fc.dictionary(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        'realm',
        'scope',
        'error_uri',
        'error_description',
        'resource_metadata',
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom('error', 'max_age', '__proto__', 'Realm') },
  ),
  parameter,
  { maxKeys: 3 },
)
const scopes = fc.array(fc.oneof(printable, fc.constantFrom('orders:read', 'a'), text), {
  minLength: 1,
  maxLength: 2,
})

export const challengeParameters = property(
  'challenge parameters and scopes either make challenges that parse, or are a TypeError at once',
  0.02,
  [200, 403],
  fc.tuple(parameters, scopes),
  async ([challenge, scopes]) => {
    try {
      const guarded = requireScope(...scopes)
      const api = protect({ tokens, challenge }, guarded)
      expectStatus((await api.send([])).status, [401], 'no credentials')
      const { status } = await api.present(token)
      expectStatus(status, scopes.every((one) => one === 'orders:read') ? [200] : [403], 'scope')
      return status
    } catch (error) {
      if (error instanceof TypeError) return 0
      throw error
    }
  },
)
