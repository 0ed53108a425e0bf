import type { Actor, Client, Identity } from './authentication.ts'
import type { TokenFacts } from './claims.ts'
import type { Claims, Dialect } from './dialect.ts'
import { memo } from './memo.ts'
import { isElsewhere, namesOf, readNames } from './names.ts'
import { readScope } from './scope.ts'
import type { Seconds } from './time.ts'

/** Reads who granted the access, and to whom, from the facts of a token. */
export function identify(facts: TokenFacts): Identity {
  const { claims, header = none, dialect, issuer, tokenType, stands } = facts
  const owner = ownerOf(claims, dialect)
  const clientId = clientIdOf(claims, dialect, header)
  const told = dialect.onBehalfOf(claims, clientId, header)
  const onBehalfOf = told === 'resource-owner' && owner === undefined ? 'unknown' : told

  return {
    onBehalfOf,
    resourceOwner:
      onBehalfOf === 'resource-owner'
        ? Object.freeze({
            issuer,
            subject: owner!,
            username: firstName(claims, dialect.username),
          })
        : undefined,
    client: clientId === undefined ? undefined : clientOf(clientId),
    actor: readActor(claims['act']),
    subject: textOf(claims['sub']),
    issuer,
    scopes: readScope(findScope(claims, dialect)),
    roles: readNames(claims, dialect.roles),
    groups: readNames(claims, dialect.groups),
    entitlements: readNames(claims, dialect.entitlements),
    permissions: readNames(claims, dialect.permissions),
    elsewhere: claims['_claim_names'] === undefined ? noNames : elsewhereOf(claims, dialect),
    claims,
    expiresAt: claims['exp'] as Seconds | undefined,
    tokenType,
    stands,
  } as Identity
}

/** Many tokens are of few clients. */
const clientOf = memo((id): Client => Object.freeze({ id }))
const none: Claims = Object.freeze({})

/** What stands where the dialect says. */
const named = ['roles', 'groups', 'entitlements', 'permissions'] as const

const noNames = namesOf([])

function elsewhereOf(claims: Claims, dialect: Dialect): ReadonlySet<string> {
  return namesOf(named.filter((names) => isElsewhere(claims, dialect[names])))
}

/** What a token may allow, each of which it may lose. */
const rights = ['scopes', ...named] as const

/** Whether a token, asked about again, is still for the same and still allows all that it did. */
export function isStill(before: Identity, after: Identity): boolean {
  return (
    after.issuer === before.issuer &&
    after.subject === before.subject &&
    after.onBehalfOf === before.onBehalfOf &&
    (before.client === undefined || after.client?.id === before.client.id) &&
    JSON.stringify(after.actor) === JSON.stringify(before.actor) &&
    areBoundAlike(before.claims, after.claims) &&
    rights.every((right) => [...before[right]].every((name) => after[right].has(name)))
  )
}

function areBoundAlike({ cnf: one = {} }: Claims, { cnf: other = {} }: Claims): boolean {
  const members = Object.entries(one as Claims)
  return (
    members.length === Object.keys(other as Claims).length &&
    members.every(([member, value]) => (other as Claims)[member] === value)
  )
}

/** Reads which client a token was issued to. */
export function clientIdOf(
  claims: Claims,
  { clientId }: Dialect,
  header: Claims = none,
): string | undefined {
  return typeof clientId === 'function' ? clientId(claims, header) : firstName(claims, clientId)
}

function firstName(claims: Claims, names: readonly string[]): string | undefined {
  const name = names.find((one) => isName(claims[one]))
  return name === undefined ? undefined : (claims[name] as string)
}

/** Reads who a token names as resource owner, if there is one. */
export function ownerOf(claims: Claims, { owner }: Dialect): string | undefined {
  const name = owner.find((one) => textOf(claims[one]) !== undefined)
  return name === undefined ? undefined : textOf(claims[name])
}

/** Reads a subject, which some issuers count in numbers. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return isName(value) ? value : undefined
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** The first present claim of those that may hold the scope; its form has been checked. */
function findScope(claims: Claims, { scope }: Dialect): string | readonly string[] {
  const found = scope.find((name) => claims[name] !== undefined)
  return found === undefined ? '' : (claims[found] as string | readonly string[])
}

function readActor(act: unknown): Actor | undefined {
  if (typeof act !== 'object' || act === null) return undefined
  const claims = act as Claims
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' ? value : undefined
  return Object.freeze({
    issuer: text(claims['iss']),
    subject: text(claims['sub']),
    claims,
    actor: readActor(claims['act']),
  })
}
