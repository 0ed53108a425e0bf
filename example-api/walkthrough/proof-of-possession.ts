import { access, type Answer, Client } from '../client.ts'
import { fetchOverTls } from '../client/fetches.ts'
import { certificates } from '../loopback-certificates.ts'
import { ada, app, type Registration, supplier, warehouse } from '../registration.ts'
import { resourceOwner } from '../resource-owner.ts'
import type { Servers } from '../servers.ts'
import {
  boundOtherwise,
  grants,
  refusesProof,
  refusesToken,
  sees,
  takes,
  type Who,
} from './expectations.ts'
import type { Steps } from './steps.ts'
import { Wire } from './wire.ts'

type Of = Pick<Servers, 'api' | 'issuer'>

/** A public client, whose JWTs are bound to a key that it has made. (RFC 9449) */
export async function jwtBoundToKey(steps: Steps, of: Of): Promise<void> {
  const wire = new Wire()
  const client = await Client.of(app, of.issuer, wire.fetch)
  const scope = 'orders:read orders:write'
  const { accessToken } = await steps.step(
    'Ada logs in and consents; the app exchanges its code, and proves its key',
    () => client.authorizationCode(scope, resourceOwner(ada).allow),
    grants('access', scope, 'dpop'),
  )
  await boundToKey(
    steps,
    of,
    { registration: app, client, wire, accessToken },
    {
      'on behalf of': 'resource-owner',
      'resource owner': ada.username,
      client: app.id,
      scopes: scope,
      token: 'JWT',
    },
  )
}

/** A client whose opaque tokens are bound to its key, which introspection tells. (RFC 9449 §6.2) */
export async function opaqueBoundToKey(steps: Steps, of: Of): Promise<void> {
  const wire = new Wire()
  const client = await Client.of(supplier, of.issuer, wire.fetch)
  const { accessToken } = await steps.step(
    'The supplier asks for a token, and proves its key',
    () => client.clientCredentials('orders:read'),
    grants('access', 'orders:read', 'dpop'),
  )
  await boundToKey(
    steps,
    of,
    { registration: supplier, client, wire, accessToken },
    {
      'on behalf of': 'client',
      client: supplier.id,
      scopes: 'orders:read',
      token: 'opaque',
    },
  )
}

interface Holder {
  readonly registration: Registration
  readonly client: Client
  /** What carries the client's requests. */
  readonly wire: Wire
  readonly accessToken: string
}

/** The token of use to who holds its key, and stolen, to nobody else. */
async function boundToKey(
  steps: Steps,
  { api, issuer }: Of,
  { registration, client, wire, accessToken }: Holder,
  who: Who,
): Promise<void> {
  const whoami = `${api}/whoami`
  const call = async (): Promise<Answer & { requests: number }> => {
    const before = wire.count
    const answer = await client.access(whoami, accessToken)
    return { ...answer, requests: wire.count - before }
  }
  const seen = sees({ ...who, 'bound to': 'jkt' })

  await steps.step(
    'GET /whoami with a proof, and another with the nonce asked for',
    call,
    takes(2, seen),
  )
  await steps.step(
    'The answer to the proof without a nonce',
    async () => wire.answer(-2),
    refusesProof('The DPoP proof needs the nonce that this answer gives', 'use_dpop_nonce'),
  )
  await steps.step('GET /whoami with a new proof and the same nonce', call, takes(1, seen))
  await steps.step(
    'GET /whoami with the same proof once more',
    () => wire.replay(),
    refusesProof('The DPoP proof has been used before'),
  )

  const send = async (scheme: 'Bearer' | 'DPoP'): Promise<Answer> =>
    access('GET', whoami, accessToken, undefined, scheme)
  await steps.step(
    'GET /whoami with the token stolen, without a proof',
    () => send('DPoP'),
    refusesProof('A DPoP-bound access token needs a DPoP proof'),
  )
  await steps.step(
    'GET /whoami with the token stolen, as a bearer token',
    () => send('Bearer'),
    refusesToken(boundOtherwise),
  )
  const thief = await Client.of(registration, issuer)
  await steps.step(
    "GET /whoami with the token stolen, and a proof of the thief's own key",
    () => thief.access(whoami, accessToken),
    refusesToken(boundOtherwise, 'DPoP'),
  )
}

/** A client whose tokens are bound to the certificate that it connects with. (RFC 8705) */
export async function boundToCertificate(
  steps: Steps,
  { mtlsApi, issuer }: Pick<Servers, 'mtlsApi' | 'issuer'>,
): Promise<void> {
  const client = await Client.of(warehouse, issuer, fetchOverTls(certificates.warehouse))
  const scope = 'orders:read'
  const { accessToken } = await steps.step(
    'The warehouse asks for a token, and connects with its certificate',
    () => client.clientCredentials(scope),
    grants('access', scope),
  )
  await steps.step(
    'GET /whoami with the same certificate',
    () => client.access(`${mtlsApi}/whoami`, accessToken),
    sees({
      'on behalf of': 'client',
      client: warehouse.id,
      scopes: scope,
      token: 'JWT',
      'bound to': 'x5t#S256',
    }),
  )
  const thieves = {
    'another certificate': fetchOverTls(certificates.thief),
    'no certificate': fetchOverTls(),
  }
  for (const [what, fetch] of Object.entries(thieves)) {
    const thief = await Client.of(warehouse, issuer, fetch)
    await steps.step(
      `GET /whoami with the token stolen, and ${what}`,
      () => thief.access(`${mtlsApi}/whoami`, accessToken),
      refusesToken(boundOtherwise),
    )
  }
  await steps.call(
    'GET /whoami with the token stolen, without TLS',
    accessToken,
    refusesToken(boundOtherwise),
  )
}
