import { partner, shop } from './registration.ts'
import { given, type Given } from './walkthrough/given.ts'
import {
  authorizationCode,
  clientCredentials,
  implicit,
  opaqueTokens,
} from './walkthrough/grants.ts'
import { keptInRedis } from './walkthrough/kept-in-redis.ts'
import {
  boundToCertificate,
  jwtBoundToKey,
  opaqueBoundToKey,
} from './walkthrough/proof-of-possession.ts'
import { noGoodToken, noGrant, noLongerGood, notEnough } from './walkthrough/refusals.ts'
import { nobodyToStepUp, stepUp } from './walkthrough/step-up.ts'
import { Steps } from './walkthrough/steps.ts'

const servers = await given(process.argv.slice(2)).catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
if (servers !== undefined) {
  try {
    const unexpected = await walkThrough(servers)
    if (unexpected > 0) process.exitCode = 1
  } finally {
    await servers.close()
  }
}

/** Drives every grant and every refusal over HTTP; resolves to how many steps went otherwise than expected. */
async function walkThrough({ api, mtlsApi, issuer, redis }: Given): Promise<number> {
  console.log(`Resource server ${api}, authorization server ${issuer}`)
  const steps = new Steps(api)
  const section = steps.section.bind(steps)
  const proofsBefore = await redis?.keys('proofs')

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
  await section('Step-up and authorization details: the shop pays for Ada, with JWTs', () =>
    stepUp(steps, issuer, shop),
  )
  await section(
    'Step-up and authorization details: a partner pays for Ada, with opaque tokens',
    () => stepUp(steps, issuer, partner),
  )
  await section('Step-up: a client on its own behalf', () => nobodyToStepUp(steps, issuer))
  await section('DPoP: a JWT that is bound to the key of an app', () =>
    jwtBoundToKey(steps, { api, issuer }),
  )
  await section('DPoP: an opaque token that is bound to the key of a supplier', () =>
    opaqueBoundToKey(steps, { api, issuer }),
  )
  if (mtlsApi === undefined) {
    console.log('\nMutual TLS: left out, as there is no --mtls-api')
  } else {
    await section('Mutual TLS: a token that is bound to the certificate of a warehouse', () =>
      boundToCertificate(steps, { mtlsApi, issuer }),
    )
  }
  await section('Refused: no good token', () => noGoodToken(steps, issuer))
  if (redis !== undefined && proofsBefore !== undefined) {
    await section('Redis: what the API keeps there', () => keptInRedis(steps, redis, proofsBefore))
  }
  await section('Refused: not enough for the request', () => notEnough(steps, issuer))
  await section('Refused: no longer good', () => noLongerGood(steps, issuer))
  await section('Refused: by the resource owner', () => noGrant(steps, issuer))

  console.log(`\n${steps.summary}`)
  return steps.unexpected
}
