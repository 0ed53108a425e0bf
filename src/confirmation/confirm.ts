import type { TokenFacts } from '../protocol/claims.ts'
import type { Credentials, Scheme } from '../protocol/credentials.ts'
import type { Claims } from '../protocol/dialect.ts'
import { InvalidToken } from '../protocol/errors.ts'
import type { ResourceRequest } from '../protocol/resource-request.ts'
import { type AnswerFields, type ConfirmationMethod, noFields } from './confirmation-method.ts'

/** How senders prove that a token is theirs. */
export interface ConfirmationPolicy {
  readonly methods: readonly ConfirmationMethod[]
  /** Whether tokens that are bound to no key are refused. */
  readonly senderConstrained: boolean
}

/** What of a token tells how it is bound. */
type BoundFacts = Pick<TokenFacts, 'claims' | 'tokenType'>

interface Binding {
  readonly method: ConfirmationMethod
  readonly thumbprint: string
}

/** What a token is bound to, and the scheme that it is therefore for. */
export interface Bindings {
  readonly bindings: readonly Binding[]
  readonly scheme: Scheme
}

const unbound: Bindings = { bindings: [], scheme: 'Bearer' }

/**
 * Reads the keys that a token is bound to. (RFC 7800 §3.1)
 *
 * A binding that no method knows is refused, since to ignore it is to downgrade the token.
 *
 * @throws {InvalidToken} The binding is unknown or malformed, or missing where it must be, or the token
 *   is of a type that its binding does not fit.
 */
export function readBindings(
  { claims, tokenType }: BoundFacts,
  { methods, senderConstrained }: ConfirmationPolicy,
): Bindings {
  const bound = claims['cnf'] === undefined ? unbound : readConfirmation(claims['cnf'], methods)
  const { scheme } = bound
  if (tokenType !== undefined && tokenType.toLowerCase() !== scheme.toLowerCase()) {
    throw new InvalidToken('token-type', `"token_type" says ${tokenType}, expected ${scheme}`)
  }
  if (senderConstrained && bound === unbound) {
    throw new InvalidToken('unbound', 'the option senderConstrained demands "cnf"')
  }
  return bound
}

function readConfirmation(cnf: unknown, methods: readonly ConfirmationMethod[]): Bindings {
  const bindings = Object.entries(cnf as Claims).map(([member, thumbprint]) => {
    const method = methods.find((known) => known.member === member)
    if (method === undefined || typeof thumbprint !== 'string') {
      throw new InvalidToken('binding', `"cnf" has a member that nothing here confirms: ${member}`)
    }
    return { method, thumbprint }
  })
  if (bindings.length === 0) throw new InvalidToken('binding', '"cnf" is empty')
  const scheme = bindings.find(({ method }) => method.scheme !== undefined)?.method.scheme
  return { bindings, scheme: scheme ?? 'Bearer' }
}

/**
 * Confirms that the sender of a token holds each key that it is bound to; of one that is bound to none it
 * tells at once. (RFC 7800 §3.1)
 *
 * @returns Header fields for the answer.
 * @throws {InvalidToken} The binding does not do, or the token came under another scheme than it asks for.
 * @throws {OAuthError} The sender does not hold a key.
 * @throws {ServiceUnavailable} Nobody could tell whether it does.
 */
export function confirm(
  request: ResourceRequest,
  credentials: Credentials,
  facts: BoundFacts,
  policy: ConfirmationPolicy,
): AnswerFields | Promise<AnswerFields> {
  const { bindings, scheme } = readBindings(facts, policy)
  if (credentials.scheme !== scheme) {
    throw new InvalidToken('binding', `presented as ${credentials.scheme}, expected ${scheme}`)
  }
  return bindings.length === 0 ? noFields : confirmEach(bindings, request, credentials)
}

async function confirmEach(
  bindings: readonly Binding[],
  request: ResourceRequest,
  credentials: Credentials,
): Promise<AnswerFields> {
  const fields = {}
  for (const { method, thumbprint } of bindings) {
    Object.assign(fields, await method.confirm(request, credentials, thumbprint))
  }
  return fields
}
