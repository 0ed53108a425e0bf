import * as fc from 'fast-check'
import { jwt } from 'koa-resource-server'
import { protect } from './api.ts'
import { issue, issuer, jwks } from './issuer.ts'
import { expectStatus, property } from './property.ts'
import { anyHeaders, ok, replying, type Reply, useless } from './upstream.ts'

const json = fc.jsonValue({ maxDepth: 2 })
const jwksUri = 'https://keys.example.com/jwks'
const document = { issuer, jwks_uri: jwksUri, response_types_supported: ['code'] }

interface Found {
  readonly reply: Reply
  readonly good: boolean
}

const found: fc.Arbitrary<Found> = fc.oneof(
  fc
    .dictionary(fc.string(), json, { maxKeys: 3 })
    .map((more) => ({ reply: ok({ ...more, ...document }), good: true })),
  fc
    .constantFrom<object>(
      { issuer: `${issuer}/` },
      { issuer: issuer.toUpperCase() },
      { issuer: [issuer] },
      { issuer: undefined },
      { issuer: null },
      { jwks_uri: undefined },
      { jwks_uri: null },
      { jwks_uri: [jwksUri] },
      { jwks_uri: 'http://keys.example.com/jwks' },
      { jwks_uri: 'http://127.0.0.1/jwks' },
      { jwks_uri: 'file:///etc/passwd' },
      { jwks_uri: 'data:application/json,{}' },
      { jwks_uri: '/jwks' },
      { jwks_uri: '' },
      { jwks_uri: 'https://' },
      { jwks_uri: 'https://user:secret@keys.example.com/jwks' },
      { jwks_uri: `${jwksUri}#fragment` },
    )
    .map((members) => ({ reply: ok({ ...document, ...members }), good: false })),
  fc
    .tuple(fc.constantFrom('issuer', 'jwks_uri'), json)
    .map(([name, value]) => ({ reply: ok({ ...document, [name]: value }), good: false })),
  useless.map((reply) => ({ reply, good: false })),
)

const token = issue()
const places = {
  first: `${issuer}/.well-known/oauth-authorization-server`,
  second: `${issuer}/.well-known/openid-configuration`,
}

export const metadata = property(
  'metadata documents: only the issuer’s own lead anywhere, all others are an outage',
  0.02,
  [200, 503],
  fc.tuple(fc.constantFrom<keyof typeof places>('first', 'second'), found, anyHeaders),
  async ([place, { reply, good }, headers]) => {
    const asked: string[] = []
    const fetch = replying((url) => {
      asked.push(url)
      if (url === places[place]) return { ...reply, headers: { ...headers, ...reply.headers } }
      return url === jwksUri ? ok(jwks) : undefined
    })
    const { status } = await protect({ tokens: jwt({ issuer, fetch }) }).present(token)
    expectStatus(status, good ? [200] : [503], JSON.stringify(reply))
    const strayed = asked.find((url) => url !== jwksUri && !Object.values(places).includes(url))
    if (strayed !== undefined) throw new Error(`asked ${strayed}`)
    return status
  },
)
