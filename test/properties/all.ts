import { challengeParameters, thrownErrors } from './challenges.ts'
import { claims } from './claims.ts'
import { credentials } from './credentials.ts'
import { headers } from './headers.ts'
import { introspectionAnswers } from './introspection.ts'
import { givenKeySets, keySets } from './key-sets.ts'
import { metadata } from './metadata.ts'
import type { Property } from './property.ts'
import { proofs } from './proofs.ts'
import { scopes } from './scopes.ts'
import { mutants } from './tokens.ts'
import { wire } from './wire.ts'

export const properties: readonly Property[] = [
  credentials,
  wire,
  mutants,
  headers,
  claims,
  scopes,
  keySets,
  givenKeySets,
  metadata,
  introspectionAnswers,
  thrownErrors,
  challengeParameters,
  proofs,
]

/** How many cases of a total a property gets. */
export function casesOf({ share }: Property, total: number): number {
  const shares = properties.reduce((sum, each) => sum + each.share, 0)
  return Math.ceil((share / shares) * total)
}
