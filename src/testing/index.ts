export {
  authorizationServer,
  type AuthorizationServer,
  type AuthorizationServerOptions,
} from './authorization-server.ts'
export { dpopKey, type DpopKey, type ProofOf } from './dpop-key.ts'
export type { SigningAlgorithm } from './signing-key.ts'
