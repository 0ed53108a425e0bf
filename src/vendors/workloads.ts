import type { Dialect } from '../protocol/dialect.ts'
import { formed, issuerUrl, list, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/** Nobody grants a workload its access; that it is there is all that its token says. */
const workload: Partial<Dialect> = { ...anyJwt, scope: [], clientId: [], roles: [], groups: [] }

/**
 * Service accounts of a Kubernetes cluster, by bound tokens.
 *
 * The default issuer is that of every cluster: what tells yours is its key set, so `jwt()` is given it.
 * Whoever runs a pod there gets a token with this `aud`: authorize by `subject`.
 *
 * Source: kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin.
 *
 * @param issuer Default: `https://kubernetes.default.svc`.
 * @throws {TypeError} It is none.
 */
export function kubernetes(issuer = 'https://kubernetes.default.svc'): Vendor {
  return {
    issuer: issuerUrl('kubernetes', issuer, "'https://kubernetes.default.svc'"),
    dialect: {
      ...workload,
      jwtClaims: [['sub'], ['iat'], ['kubernetes.io']],
      onBehalfOf: ({ sub }) =>
        /^system:serviceaccount:[^:]+:[^:]+$/.test(said(sub) ?? '') ? 'client' : 'unknown',
      advice: { aud: 'project the service account token with this API as audience' },
    },
  }
}

/** Whose jobs are let in; each list that is given must have the job's. IDs outlive a name, which others may take. */
export interface GithubActionsOptions {
  /** As in `repository_owner`: `acme`. */
  readonly owners?: readonly string[]
  /** As in `repository_owner_id`: `740011`. */
  readonly ownerIds?: readonly string[]
  /** As in `repository`: `acme/orders`. */
  readonly repositories?: readonly string[]
  /** As in `repository_id`: `880022`. */
  readonly repositoryIds?: readonly string[]
}

const ofJobs = [
  ['owners', 'repository_owner', /^[\w.-]+$/, "'acme'"],
  ['ownerIds', 'repository_owner_id', /^\d+$/, "'740011'"],
  ['repositories', 'repository', /^[\w.-]+\/[\w.-]+$/, "'acme/orders'"],
  ['repositoryIds', 'repository_id', /^\d+$/, "'880022'"],
] as const

/**
 * Jobs of GitHub Actions; the `actor` of a workflow grants nothing.
 *
 * Any repository there is may ask for a token with any `aud`, so it is told which ones count.
 * Authorize by `claims`: `environment`, `ref`, `job_workflow_ref`.
 *
 * Source: docs.github.com/actions/reference/security/oidc.
 *
 * @throws {TypeError} An option is wrong, or there is none.
 */
export function githubActions(options: GithubActionsOptions): Vendor {
  const factory = 'githubActions'
  const names = ofJobs.map(([name]) => name)
  const given = members(factory, options, names)
  const kind = ofJobs.flatMap(([name, claim, form, example]) => {
    const values = given[name]
    if (values === undefined) return []
    const all = list(factory, name, values, `texts, as in ${example}`)
    return [[claim, all.map((one) => formed(factory, name, one, form, example))] as const]
  })
  if (kind.length === 0) {
    throw new TypeError(`${factory}() takes one or more of ${names.join(', ')}; got none`)
  }
  return {
    issuer: 'https://token.actions.githubusercontent.com',
    dialect: {
      ...workload,
      types: ['jwt'],
      algorithms: ['RS256'],
      kind: Object.fromEntries(kind),
      jwtClaims: [['sub'], ['iat'], ['repository_id'], ['job_workflow_ref']],
      onBehalfOf: () => 'client',
      advice: { aud: 'the workflow asks for this API as audience' },
    },
  }
}

/**
 * Workloads of a SPIFFE trust domain, by JWT-SVIDs; `jwt()` needs the bundle, as `jwks` or `jwksUri`.
 *
 * Each workload there gets a token with this `aud`: authorize by `subject`.
 *
 * Source: spiffe/spiffe standards/JWT-SVID.md.
 *
 * @param options.trustDomain `example.org`
 * @throws {TypeError} It is none.
 */
export function spiffe(options: { readonly trustDomain: string }): Vendor {
  const { trustDomain } = members('spiffe', options, ['trustDomain'])
  formed('spiffe', 'trustDomain', trustDomain, /^[a-z\d._-]+$/, "'example.org'")
  return {
    issuer: `spiffe://${trustDomain}`,
    dialect: {
      ...workload,
      types: ['jwt', 'jose', undefined],
      algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'],
      keyUse: 'jwt-svid',
      issuerForm: 'trust-domain',
      jwtClaims: [],
      onBehalfOf: () => 'client',
    },
  }
}
