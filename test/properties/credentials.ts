import * as fc from 'fast-check'
import { jwt } from 'koa-resource-server'
import { protect } from './api.ts'
import { issue, issuer, jwks } from './issuer.ts'
import { expectStatus, property } from './property.ts'

const tokens = jwt({ issuer, jwks })
const strict = protect({ tokens })
const open = protect({ tokens, anonymous: true })
const good = issue()
const longest = 16_384

/** What a field may hold that an HTTP parser lets through: bytes, without line ends and NUL. */
const bytes = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
})
const token68 = fc.string({ unit: fc.constantFrom(...Array.from('aZ09-._~+/')), minLength: 1 })

const scheme = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Bearer', 'bearer', 'BEARER', 'bEaReR') },
  fc.constantFrom(
    'Basic',
    'DPoP',
    'Bearer:',
    'Bearer,',
    '"Bearer"',
    'Bear',
    'Bearerr',
    '',
    'Beare\u00ae',
  ),
  bytes,
)
const space = fc.oneof(
  { weight: 6, arbitrary: fc.constant(' ') },
  fc.constantFrom('', '  ', '     ', '\t', ' \t', '\u00a0', '=', ':', ','),
)
const token = fc.oneof(
  { weight: 4, arbitrary: fc.constant(good) },
  { weight: 3, arbitrary: token68 },
  fc.constantFrom(
    '',
    '=',
    'a=',
    'a==',
    'a=b',
    '.',
    '..',
    '...',
    'null',
    `${good} ${good}`,
    `"${good}"`,
  ),
  fc.integer({ min: longest - 1, max: longest + 1 }).map((length) => 'a'.repeat(length)),
  bytes,
)
const after = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  fc.constantFrom(' ', '=', '==', ',', ', Bearer x', ';', '\u00e9', '\t'),
)
const value = fc.tuple(scheme, space, token, after).map((parts) =>
  parts
    .join('')
    .replaceAll(/[\r\n]/g, '')
    .replaceAll(/^[ \t]+|[ \t]+$/g, ''),
)
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('Authorization', 'authorization', 'AUTHORIZATION') },
  fc.constantFrom('Proxy-Authorization', 'X-Authorization', 'DPoP', 'Access-Token', 'Cookie'),
)
const field = fc.tuple(name, value)
const fields = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(field) },
  fc.array(field, { maxLength: 3 }),
)
const method = fc.constantFrom('GET', 'POST', 'OPTIONS', 'DELETE', 'PROPFIND')

/** What RFC 6750 §2.1 and §3.1 say of a request, in a form of its own. */
function expected(values: readonly string[], anonymous: boolean): readonly [number, string?] {
  if (values.length > 1) return [400, 'invalid_request']
  const none: readonly [number] = [anonymous ? 200 : 401]
  if (values.length === 0) return none
  const end = values[0]!.search(/ |$/)
  const name = values[0]!.slice(0, end)
  const rest = values[0]!.slice(end).replace(/^ +/, '')
  if (name === '' || /[^a-z0-9!#$%&'*+\-.^_`|~]/i.test(name)) return [400, 'invalid_request']
  if (name.toLowerCase() !== 'bearer') return none
  const isToken68 = /^[a-z0-9\-._~+/]+$/i.test(rest.replace(/=+$/, ''))
  if (!isToken68 || rest.length > longest) return [400, 'invalid_request']
  return rest === good ? [200] : [401, 'invalid_token']
}

export const credentials = property(
  'Authorization fields are read as RFC 6750 has them',
  0.25,
  [200, 400, 401],
  fc.tuple(fields, method, fc.boolean()),
  async ([all, method, anonymous]) => {
    const values = all
      .filter(([name]) => name.toLowerCase() === 'authorization')
      .map(([, value]) => value)
    const [status, error] = expected(values, anonymous)
    const answer = await (anonymous ? open : strict).send(all.flat(), method)
    expectStatus(answer.status, [status], JSON.stringify(all))
    if (answer.error !== error) throw new Error(`error is ${answer.error}, expected ${error}`)
    return status
  },
)
