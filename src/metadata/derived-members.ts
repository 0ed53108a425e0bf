import type { DescribedServer } from '../middleware/resource-description.ts'
import { issuerIdentifier } from '../tokens/secure-url.ts'

/** Members of a metadata document. (RFC 9728 §2) */
export type Members = Readonly<Record<string, unknown>>

/** Members that follow from what a resource server accepts, so that they can't say anything else. (RFC 9728 §2) */
export function derivedMembers(server: DescribedServer): Members {
  const { methods, senderConstrained } = server
  const bearer = !senderConstrained || methods.some(({ scheme = 'Bearer' }) => scheme === 'Bearer')
  const [method, ...others] = methods
  const alone = senderConstrained && others.length === 0
  return {
    authorization_servers: issuersOf(server),
    bearer_methods_supported: bearer ? ['header', ...(server.formBody ? ['body'] : [])] : [],
    ...(Object.assign({}, ...methods.map(({ metadata }) => metadata?.supported)) as Members),
    ...(alone && method?.metadata?.required),
  }
}

/**
 * Checks the authorization servers that are to be named: fewer than are trusted may be. (RFC 9728 §2)
 *
 * @throws {TypeError} The tokens of one would be refused.
 */
export function checkAuthorizationServers(
  named: readonly string[],
  server: DescribedServer,
): readonly string[] {
  const trusted = issuersOf(server)
  const all = server.verifiers.every(({ issuer }) => isIdentifier(issuer))
  const foreign = named.find((issuer) => !trusted.includes(issuer))
  if (all && foreign !== undefined) {
    throw new TypeError(
      `resourceMetadata(): authorization_servers has ${foreign}, whose tokens are refused: the tokens of resourceServer() are of ${trusted.join(', ')}`,
    )
  }
  return named
}

function issuersOf({ verifiers }: DescribedServer): readonly string[] {
  return [...new Set(verifiers.flatMap(({ issuer }) => issuer ?? []).filter(isIdentifier))]
}

/** Whether it names one authorization server, not a pattern or nobody. (RFC 8414 §2) */
function isIdentifier(issuer: string | undefined): boolean {
  return issuerIdentifier.fits(issuer) && !/[{}*]/.test(issuer!)
}
