import type { Dialect } from '../protocol/dialect.ts'
import { formed, issuerUrl, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/** Nobody grants a workload its access; that it is there is all that its token says. */
const workload: Partial<Dialect> = { ...anyJwt, scope: [], clientId: [], roles: [], groups: [] }

/**
 * Service accounts of a Kubernetes cluster, by bound tokens.
 *
 * The default issuer is that of every cluster: what tells yours is its key set, so `jwt()` is given it.
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

/**
 * Jobs of GitHub Actions; the `actor` of a workflow grants nothing.
 *
 * Authorize by `claims`: `repository_id`, `environment`, `job_workflow_ref`.
 *
 * Source: docs.github.com/actions/reference/security/oidc.
 */
export function githubActions(): Vendor {
  return {
    issuer: 'https://token.actions.githubusercontent.com',
    dialect: {
      ...workload,
      types: ['jwt'],
      algorithms: ['RS256'],
      jwtClaims: [['sub'], ['iat'], ['repository_id'], ['job_workflow_ref']],
      onBehalfOf: () => 'client',
      advice: { aud: 'the workflow asks for this API as audience' },
    },
  }
}

/**
 * Workloads of a SPIFFE trust domain, by JWT-SVIDs; `jwt()` needs the bundle, as `jwks` or `jwksUri`.
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
