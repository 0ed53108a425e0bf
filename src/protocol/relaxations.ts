import type { Dialect } from './dialect.ts'

/**
 * Tells what a dialect takes that another one refuses, a sentence each; for a report at the start.
 * (RFC 9068 §4)
 */
export function relaxationsOf(dialect: Dialect, strict: Dialect): readonly string[] {
  const only = (
    name: 'types' | 'scope' | 'owner' | 'tolerates' | 'waives' | 'tokenTypes',
  ): readonly (string | undefined)[] =>
    (dialect[name] as readonly (string | undefined)[]).filter(
      (one) => !(strict[name] as readonly (string | undefined)[]).includes(one),
    )
  const demanded = new Set([
    ...dialect.requiredClaims,
    ...dialect.jwtClaims.flatMap((names) => (names.length === 1 ? names : [])),
  ])
  const { clientId, audienceFrom, issuerForm } = dialect
  const clientIds = typeof clientId === 'function' ? ['several claims'] : clientId
  return [
    ...only('types').map((type) => (type ? `typ may be ${type}` : 'typ may be missing')),
    ...strict.requiredClaims
      .filter((claim) => !demanded.has(claim))
      .map((claim) => `${claim} may be missing`),
    ...Object.keys(audienceFrom).map((claim) => `${claim} may stand in for aud`),
    ...clientIds
      .filter((claim) => claim !== 'client_id')
      .map((claim) => `client_id may be read from ${claim}`),
    ...only('scope').map((claim) => `scope may be read from ${claim}`),
    ...only('owner').map((claim) => `the resource owner may be read from ${claim}`),
    ...only('tolerates'),
    ...only('waives').map((sign) => `${sign} may be there`),
    ...only('tokenTypes').map((type) => `token_type may be ${type}`),
    ...(issuerForm === strict.issuerForm ? [] : [`the issuer is named by a ${issuerForm}`]),
    ...(dialect.answer === strict.answer ? [] : ['introspection answers have a form of their own']),
  ].filter((said) => said !== undefined)
}
