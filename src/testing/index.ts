export {
  authorizationServer,
  type AuthorizationServer,
  type AuthorizationServerOptions,
  type SigningAlgorithm,
} from './authorization-server.ts'
