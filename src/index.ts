export type { AnswerFields, ConfirmationMethod } from './confirmation/confirmation-method.ts'
export type { AuthState } from './middleware/auth-state.ts'
export type { DescribedServer, ResourceDescription } from './middleware/resource-description.ts'
export { requireResourceOwner } from './middleware/require-resource-owner.ts'
export { requireAnyScope, requireScope } from './middleware/require-scope.ts'
export { type ResourceServer, resourceServer } from './middleware/resource-server.ts'
export type { ResourceServerOptions } from './middleware/resource-server-options.ts'
export type { ChallengeParameters } from './protocol/challenge.ts'
export type { TokenFacts } from './protocol/claims.ts'
export type { Credentials, Scheme } from './protocol/credentials.ts'
export type { Tolerance } from './protocol/claim-forms.ts'
export {
  type ClaimPath,
  type Claims,
  type Dialect,
  type OnBehalfOf,
  rfc7662,
  rfc9068,
} from './protocol/dialect.ts'
export type { MachineClients } from './protocol/machine-clients.ts'
export type { Sign } from './protocol/token-kind.ts'
export type { TrustedIssuer } from './protocol/trusted-issuer.ts'
export {
  InsufficientScope,
  InvalidRequest,
  InvalidToken,
  type InvalidTokenReason,
  MissingCredentials,
  OAuthError,
  type OAuthErrorOptions,
} from './protocol/errors.ts'
export {
  AuthorizationServerUnavailable,
  ServiceUnavailable,
  type ServiceUnavailableOptions,
  StoreUnavailable,
} from './protocol/service-unavailable.ts'
export type {
  Actor,
  Authentication,
  Client,
  ClientAuthentication,
  ResourceOwner,
  ResourceOwnerAuthentication,
  UnknownAuthentication,
} from './protocol/authentication.ts'
export { allOf, type AllOf, anyOf, type AnyOf, type Expression } from './protocol/expression.ts'
export type { ScopeHierarchy } from './protocol/scope-hierarchy.ts'
export type { Eviction } from './protocol/eviction.ts'
export type { Jwt, PresentedToken } from './protocol/jwt.ts'
export type { Profile, ProfileName } from './protocol/profiles.ts'
export type { Connection, ResourceRequest } from './protocol/resource-request.ts'
export type { Seconds } from './protocol/time.ts'
export { memoryStore, type MemoryStoreOptions } from './stores/memory.ts'
export type { Store } from './stores/store.ts'
export type { BreakerOptions } from './tokens/breaker.ts'
export {
  bearerToken,
  type ClientAuth,
  clientSecretBasic,
  clientSecretPost,
  tlsClientAuth,
} from './tokens/client-auth.ts'
export type { ConcurrencyOptions } from './tokens/concurrency.ts'
export type { ExchangeOptions } from './tokens/exchange.ts'
export type { FreshnessOptions } from './tokens/freshness.ts'
export { introspection } from './tokens/introspection.ts'
export type { IntrospectionOptions } from './tokens/introspection-options.ts'
export { jwt, type JwtOptions } from './tokens/jwt.ts'

export type { KeySource } from './tokens/key-set.ts'
export type { SignedAnswersOptions } from './tokens/signed-introspection.ts'
export type { TokenVerifier } from './tokens/token-verifier.ts'
export type {
  CacheUse,
  ExchangeMessage,
  Outcome,
  Refusal,
  RequestMessage,
  Stage,
  StageMessage,
} from './trace/messages.ts'
