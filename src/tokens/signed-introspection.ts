import { algorithms as known } from '../protocol/algorithms.ts'
import type { Tolerance } from '../protocol/claim-forms.ts'
import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
import { readToken } from '../protocol/jwt.ts'
import * as rule from '../protocol/options.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { type Answer, unusable } from './exchange.ts'
import {
  type AnswerFormat,
  type IntrospectionAnswer,
  isIntrospectionAnswer,
} from './introspection-endpoint.ts'
import type { KeySet } from './key-set.ts'
import { algorithmsRule } from '../signatures/jws-header.ts'
import { checkHeader, verifySignature } from './signed-jwt.ts'

export interface SignedAnswersOptions {
  /** Values of `alg` that are accepted. Default: as `jwt()` has it. */
  readonly algorithms?: readonly string[]
  /** `aud` of the answers. Default: the client identifier of `clientAuth`. (RFC 9701 §5) */
  readonly audience?: string
  /** Gets each answer as it was signed, to keep as evidence. */
  readonly retain?: (answer: string) => unknown
}

export const signedAnswersRules: { readonly [name in keyof SignedAnswersOptions]-?: rule.Rule } = {
  algorithms: algorithmsRule,
  audience: rule.text,
  retain: rule.callable,
}

/** What answers may have beside the standard's forms. */
type Tolerating = { readonly tolerates?: readonly Tolerance[] }

const type = 'token-introspection+jwt'

/** How old an answer may be, so that an old one cannot be played again; clocks may be so far apart. */
const maxAge: Seconds = 60

/** Answers in a JWT that the authorization server has signed; no other answer counts. (RFC 9701 §5) */
export function signedAnswers(
  issuer: string,
  audience: string,
  keys: KeySet,
  { algorithms = Object.keys(known), retain, tolerates }: SignedAnswersOptions & Tolerating,
): AnswerFormat {
  const accepted = new Set(algorithms)

  async function verify(jws: string): Promise<IntrospectionAnswer> {
    const { jwt } = readToken(jws)
    if (jwt === undefined) throw new Error('it is no JWT')
    const hint = checkHeader(jwt.header, [type], accepted)
    const { iss, aud, iat, exp = Infinity, nbf = 0, token_introspection: said } = jwt.claims
    if (iss !== issuer) throw new Error('"iss" is not the issuer')
    if (![aud].flat().includes(audience)) throw new Error(`"aud" is not ${audience}`)
    if (!(Math.abs(now() - Number(iat)) <= maxAge) || typeof iat !== 'number') {
      throw new Error(`"iat" is not within ${maxAge} s`)
    }
    if (!(Number(exp) > now() - maxAge && Number(nbf) < now() + maxAge)) {
      throw new Error('"exp" or "nbf" does not fit the time')
    }
    await verifySignature(jws, hint, keys)
    if (!isIntrospectionAnswer(said, tolerates)) {
      throw new Error('it holds no usable introspection answer')
    }
    return said
  }

  return {
    mediaType: `application/${type}`,
    ready: () => keys.ready(),
    async read(url, answer) {
      const jws = Buffer.from(answer.body).toString()
      if (answer.status !== 200 || !isOfType(answer)) {
        throw unusable(url, answer, 'without a signed introspection answer')
      }
      try {
        const said = await verify(jws)
        await retain?.(jws)
        return said
      } catch (cause) {
        if (cause instanceof AuthorizationServerUnavailable) throw cause
        const { message } = cause as Error
        throw new AuthorizationServerUnavailable(
          `The signed answer of ${url.origin}${url.pathname} is of no use: ${message}`,
          { cause },
        )
      }
    },
  }
}

function isOfType({ headers }: Answer): boolean {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';')
  return mediaType.trim().toLowerCase() === `application/${type}`
}
