import { setTimeout as delay } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { access } from '../client.ts'
import { invoicesApi } from '../registration.ts'
import type { BackEnd } from './back-end.ts'
import type { PlaygroundClients } from './registration.ts'

/** Something that should not work, as a whole story. */
export interface Break {
  readonly title: string
  readonly play: (backEnd: BackEnd, clients: PlaygroundClients) => Promise<void>
}

export const breaks: ReadonlyMap<string, Break> = new Map([
  ['no-token', { title: 'No token', play: noToken }],
  ['expired', { title: 'An expired token', play: expired }],
  ['tampered', { title: 'A tampered token', play: tampered }],
  ['other-audience', { title: 'A token for another API', play: otherAudience }],
  ['too-little-scope', { title: 'Too little scope', play: tooLittleScope }],
  ['stolen-dpop', { title: 'A stolen DPoP-bound token', play: stolenDpop }],
])

async function noToken({ recorder, api }: BackEnd): Promise<void> {
  recorder.note(
    'The client calls the API without a token. The API should answer 401, with a challenge that says which ' +
      'schemes it takes, and with no error code, as nothing was wrong with a token. (RFC 6750 §3.1)',
  )
  await access('GET', `${api}/orders`)
}

async function expired(backEnd: BackEnd, { briefJob }: PlaygroundClients): Promise<void> {
  const { recorder, api } = backEnd
  const client = await backEnd.client(briefJob)
  const { accessToken } = await client.clientCredentials('orders:admin')
  recorder.note('This token is good for two seconds. While it is, the API should answer 200.')
  await client.access(`${api}/admin/orders`, accessToken)
  recorder.note(
    'Two seconds pass: the token expires. Now the API should refuse it with 401 and invalid_token, though it ' +
      'has verified its signature before. (RFC 7519 §4.1.4)',
  )
  await delay(decodeJwt(accessToken).exp! * 1000 - Date.now() + 100, undefined, unwatched)
  await client.access(`${api}/admin/orders`, accessToken)
}

async function tampered(backEnd: BackEnd, { nightlyJob }: PlaygroundClients): Promise<void> {
  const { recorder, api } = backEnd
  const client = await backEnd.client(nightlyJob)
  const { accessToken } = await client.clientCredentials('orders:read')
  recorder.note(
    'The token is for orders:read only. Somebody writes orders:admin into its scope, and keeps the signature, ' +
      'which no longer fits. The API should answer 401 and invalid_token. (RFC 9068 §4)',
  )
  await access('GET', `${api}/admin/orders`, withScope(accessToken, 'orders:read orders:admin'))
}

/** A wait that nobody waits for at the end of the process. */
const unwatched = { ref: false }

/** A JWT that says more than its issuer has signed. */
function withScope(jwt: string, scope: string): string {
  const [header, , signature] = jwt.split('.')
  const claims = JSON.stringify({ ...decodeJwt(jwt), scope })
  return `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`
}

async function otherAudience(backEnd: BackEnd, { nightlyJob }: PlaygroundClients): Promise<void> {
  const { recorder, api } = backEnd
  const client = await backEnd.client(nightlyJob)
  const { accessToken } = await client.clientCredentials('invoices:read', invoicesApi)
  recorder.note(
    'The token is genuine, but for the invoices API. If this one took it, the invoices API could use its ' +
      'callers’ tokens here. It should answer 401 and invalid_token. (RFC 9068 §4)',
  )
  await client.access(`${api}/orders`, accessToken)
}

async function tooLittleScope(backEnd: BackEnd, { nightlyJob }: PlaygroundClients): Promise<void> {
  const { recorder, api } = backEnd
  const client = await backEnd.client(nightlyJob)
  const { accessToken } = await client.clientCredentials('orders:read')
  recorder.note(
    'The token is good, for orders:read; this route needs orders:admin. The API should answer 403 and ' +
      'insufficient_scope, and name the scope to ask for. (RFC 6750 §3.1)',
  )
  await client.access(`${api}/admin/orders`, accessToken)
}

async function stolenDpop(backEnd: BackEnd, { supplier }: PlaygroundClients): Promise<void> {
  const { recorder, api } = backEnd
  const client = await backEnd.client(supplier)
  const { accessToken } = await client.clientCredentials('orders:read')
  recorder.note(
    'The supplier’s token is bound to its key. With a proof by that key the API should answer 200, once it ' +
      'has given the nonce that it wants in the proof. (RFC 9449 §7.1, §9)',
  )
  const url = `${api}/whoami`
  await client.access(url, accessToken)
  recorder.note(
    'A thief has the token, but not the key, and sends it as a bearer token. The API should answer 401: ' +
      'else the binding would be worth nothing. (RFC 9449 §7.2)',
  )
  await access('GET', url, accessToken)
  recorder.note('Then as a DPoP token, without a proof. 401 again. (RFC 9449 §7.1)')
  await access('GET', url, accessToken, undefined, 'DPoP')
  recorder.note(
    'Then with a proof by a key of the thief’s own. 401 again: the token names another key. (RFC 9449 §7.1)',
  )
  const thief = await backEnd.client(supplier)
  await thief.access(url, accessToken)
}
