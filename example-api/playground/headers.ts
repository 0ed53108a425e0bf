import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Field } from './events.ts'
import { secretField, toField, withoutSecrets } from './fields.ts'

type Shown = (name: string, value: string) => Field

/** The header fields that matter, and how they are shown. */
const shown: readonly (readonly [name: string, as: Shown])[] = [
  ['Authorization', credentials],
  ['DPoP', (name, value) => secretField(name, value)],
  ['Content-Type', toField],
  ['Origin', toField],
  ['Cookie', (name, value) => namesOf(name, value.split(/; */))],
  ['Location', (name, value) => ({ name, value: address(value) })],
  ['WWW-Authenticate', toField],
  ['DPoP-Nonce', toField],
  ['Retry-After', toField],
  ['Cache-Control', toField],
  ['Set-Cookie', (name, value) => namesOf(name, value.split('\n'))],
  ['Access-Control-Allow-Origin', toField],
]

export function headerFields(headers: IncomingHttpHeaders | OutgoingHttpHeaders): Field[] {
  return shown.flatMap(([name, as]) => {
    const value = headers[name.toLowerCase()]
    if (value === undefined || value === '') return []
    const separator = name === 'Set-Cookie' ? '\n' : ', '
    return as(name, Array.isArray(value) ? value.join(separator) : String(value))
  })
}

/** Scheme and token, or the client's identifier alone. (RFC 9110 §11.4, RFC 7617) */
function credentials(name: string, value: string): Field {
  const [, scheme = '', rest = ''] = /^([\w-]+) +(.*)$/.exec(value) ?? []
  if (scheme.toLowerCase() !== 'basic') return secretField(name, rest, scheme && `${scheme} `)
  const [, id = ''] = /^([^:]*):/.exec(Buffer.from(rest, 'base64').toString()) ?? []
  // Both are encoded as in a form. (RFC 6749 §2.3.1)
  const decoded = new URLSearchParams(`id=${id}`).get('id')
  return { name, value: `${scheme} ${decoded}:…`, shortened: true }
}

/** A cookie's value is nobody else's business. */
function namesOf(name: string, cookies: readonly string[]): Field {
  const names = cookies.map((cookie) => cookie.split('=')[0]!.trim())
  return { name, value: names.join(', '), shortened: true }
}

/** Without query and fragment, which are shown as parameters. */
function address(location: string): string {
  const [path = ''] = location.split(/[?#]/)
  if (!URL.canParse(path)) return withoutSecrets(path)
  const { origin, protocol, host, pathname } = new URL(path)
  return (origin === 'null' ? `${protocol}//${host}` : origin) + withoutSecrets(pathname)
}
