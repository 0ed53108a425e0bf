import { issuerUrl } from './arguments.ts'
import { oidcProvider } from './oidc-provider.ts'
import type { Vendor } from './vendor.ts'

/**
 * A tenant of Logto, which builds on node-oidc-provider.
 *
 * Source: docs.logto.io, logto-io/logto packages/core/src/oidc/init.ts.
 *
 * @param issuer `https://acme.logto.app/oidc`
 * @throws {TypeError} It is none.
 */
export function logto(issuer: string): Vendor {
  return oidcProvider(issuerUrl('logto', issuer, "'https://acme.logto.app/oidc'", false))
}
