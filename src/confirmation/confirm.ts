import type { TokenFacts } from '../protocol/claims.ts'
import type { Credentials } from '../protocol/credentials.ts'
import type { Claims } from '../protocol/dialect.ts'
import { InvalidToken } from '../protocol/errors.ts'
import type { ResourceRequest } from '../protocol/resource-request.ts'
import type { AnswerFields, ConfirmationMethod } from './confirmation-method.ts'

/** How senders prove that a token is theirs. */
export interface ConfirmationPolicy {
  readonly methods: readonly ConfirmationMethod[]
  /** Whether tokens that are bound to no key are refused. */
  readonly senderConstrained: boolean
}

/**
 * Confirms that the sender of a token holds each key that it is bound to. (RFC 7800 §3.1)
 *
 * A binding that no method knows is refused, since to ignore it is to downgrade the token.
 *
 * @returns Header fields for the answer.
 * @throws {InvalidToken} The binding is unknown or malformed, the token came under another scheme
 *   than its binding asks for, or it is unbound where it must be bound.
 */
export async function confirm(
  request: ResourceRequest,
  credentials: Credentials,
  { claims, tokenType }: TokenFacts,
  { methods, senderConstrained }: ConfirmationPolicy,
): Promise<AnswerFields> {
  const bindings = Object.entries((claims['cnf'] ?? {}) as Claims).map(([member, thumbprint]) => {
    const method = methods.find((known) => known.member === member)
    if (method === undefined || typeof thumbprint !== 'string') {
      throw new InvalidToken('binding', `"cnf" has a member that nothing here confirms: ${member}`)
    }
    return { method, thumbprint }
  })
  if (bindings.length === 0 && claims['cnf'] !== undefined) {
    throw new InvalidToken('binding', '"cnf" is empty')
  }

  const scheme =
    bindings.find(({ method }) => method.scheme !== undefined)?.method.scheme ?? 'Bearer'
  if (credentials.scheme !== scheme) {
    throw new InvalidToken('binding', `presented as ${credentials.scheme}, expected ${scheme}`)
  }
  if (tokenType !== undefined && tokenType.toLowerCase() !== scheme.toLowerCase()) {
    throw new InvalidToken('token-type', `"token_type" says ${tokenType}, expected ${scheme}`)
  }
  if (senderConstrained && bindings.length === 0) {
    throw new InvalidToken('unbound', 'the option senderConstrained demands "cnf"')
  }
  const fields = {}
  for (const { method, thumbprint } of bindings) {
    Object.assign(fields, await method.confirm(request, credentials, thumbprint))
  }
  return fields
}
