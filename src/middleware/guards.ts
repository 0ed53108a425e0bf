export { allOf, type AllOf, anyOf, type AnyOf, type Expression } from '../protocol/expression.ts'
export {
  type AuthenticationRequirements,
  InsufficientUserAuthentication,
} from '../protocol/errors.ts'
export { CheckUnavailable } from '../protocol/service-unavailable.ts'
export type { Predicate } from './consult.ts'
export type { Demand } from './demand.ts'
export {
  authorizationDetailsTypesOf,
  describe,
  type DescribableLayer,
  type DescribableRouter,
  type RouteDescription,
  scopesOf,
} from './describe.ts'
export { formatTable } from './format-table.ts'
export { type ActorName, requireActor, requireNoActor } from './require-actor.ts'
export { requireAll } from './require-all.ts'
export { requireAudience } from './require-audience.ts'
export {
  type AuthorizationDetail,
  type AuthorizationDetailsState,
  requireAuthorizationDetails,
} from './require-authorization-details.ts'
export { type ClaimValue, requireClaim, type RequireClaimOptions } from './require-claim.ts'
export { requireClientItself } from './require-client-itself.ts'
export { requireFreshIntrospection } from './require-fresh-introspection.ts'
export { requireIssuer } from './require-issuer.ts'
export { requirePermission } from './require-permission.ts'
export { requireResourceOwner } from './require-resource-owner.ts'
export { requireRole } from './require-role.ts'
export { requireAnyScope, requireScope } from './require-scope.ts'
export { requireStepUp } from './require-step-up.ts'
export type { StandardSchema } from './standard-schema.ts'
export { type OpenApiFragment, type OpenApiOptions, toOpenApi } from './to-open-api.ts'
