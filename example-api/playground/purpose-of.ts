import type { IncomingHttpHeaders } from 'node:http'
import type { HttpRequest, Role } from './events.ts'
import { atAuthorizationServer } from './purposes/at-authorization-server.ts'
import { atClient } from './purposes/at-client.ts'
import { atResourceServer } from './purposes/at-resource-server.ts'
import type { Purpose } from './purposes/purpose.ts'

/** By the role that is called; the first that fits a request says what it is for. */
const purposes: Readonly<Partial<Record<Role, readonly Purpose[]>>> = {
  'authorization-server': atAuthorizationServer,
  'resource-server': atResourceServer,
  client: atClient,
}

type Known = Pick<HttpRequest, 'from' | 'to' | 'method'> & { readonly path: string }

/** Says what a request is for to somebody new to OAuth, and where that is specified. */
export function purposeOf(
  { from, to, method, path }: Known,
  { authorization = '', dpop }: IncomingHttpHeaders,
  parameters: readonly (readonly [name: string, value: string])[],
): Pick<HttpRequest, 'purpose' | 'section'> {
  const [scheme] = authorization.toLowerCase().split(' ')
  const found = purposes[to]?.find(
    (candidate) =>
      (candidate.from ?? from) === from &&
      (candidate.scheme ?? scheme) === scheme &&
      !(candidate.proof && dpop === undefined) &&
      candidate.request.test(`${method} ${path}`) &&
      has(candidate.having, parameters),
  )
  if (found === undefined) return { purpose: 'Some other request.' }
  const { purpose, section } = found
  return section === undefined ? { purpose } : { purpose, section }
}

function has(
  wanted: Purpose['having'],
  parameters: readonly (readonly [name: string, value: string])[],
): boolean {
  if (wanted === undefined) return true
  const [name, value] = wanted
  return parameters.some(([has, is]) => has === name && (value ?? is) === is)
}
