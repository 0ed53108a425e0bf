import { parseArgs } from 'node:util'
import { type Servers, startServers } from './servers.ts'
import {
  authorizationCode,
  clientCredentials,
  implicit,
  opaqueTokens,
} from './walkthrough/grants.ts'
import { noGoodToken, noGrant, noLongerGood, notEnough } from './walkthrough/refusals.ts'
import { Steps } from './walkthrough/steps.ts'

const servers = await givenServers()
try {
  const unexpected = await walkThrough(servers)
  if (unexpected > 0) process.exitCode = 1
} finally {
  await servers.close()
}

/** Drives every grant and every refusal over HTTP; resolves to how many steps went otherwise than expected. */
async function walkThrough({ api, issuer }: Servers): Promise<number> {
  console.log(`Resource server ${api}, authorization server ${issuer}`)
  const steps = new Steps(api)
  const section = steps.section.bind(steps)

  await section('Client credentials: a job on its own behalf', () =>
    clientCredentials(steps, issuer),
  )
  const order = await section('Authorization code with PKCE, and refresh: a back end for Ada', () =>
    authorizationCode(steps, issuer),
  )
  await section('Implicit: a front end for Grace', () => implicit(steps, issuer, order))
  await section('Opaque tokens: a partner for itself and for Ada', () =>
    opaqueTokens(steps, issuer, order),
  )
  await section('Refused: no good token', () => noGoodToken(steps, issuer))
  await section('Refused: not enough for the request', () => notEnough(steps, issuer))
  await section('Refused: no longer good', () => noLongerGood(steps, issuer))
  await section('Refused: by the resource owner', () => noGrant(steps, issuer))

  console.log(`\n${steps.summary}`)
  return steps.unexpected
}

/** The servers given by `--api` and `--issuer`, which are left running; else new ones on free ports. */
async function givenServers(): Promise<Servers> {
  const { api, issuer } = parseArgs({
    options: { api: { type: 'string' }, issuer: { type: 'string' } },
  }).values
  if (api !== undefined && issuer !== undefined) {
    return { api: api.replace(/\/$/, ''), issuer, close: async () => undefined }
  }
  if (api === undefined && issuer === undefined) return startServers({ api: 0, issuer: 0 })
  throw new TypeError('Give both --api and --issuer, or neither')
}
