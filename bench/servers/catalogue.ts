/** A server that is measured. */
export interface Contender {
  /** Its file in this folder. */
  readonly id: string
  readonly label: string
  /** The server of the same framework that checks nothing. */
  readonly bare: string
  /** What is installed beside the framework. */
  readonly packages: readonly string[]
}

/** Those that every run measures. */
export const own: readonly Contender[] = [
  koa('koa-bare', 'bare Koa'),
  koa('koa-noop', 'async no-op'),
  koa('koa-floor', 'SHA-256 floor, by hand'),
  koa('koa-resource-server', '**koa-resource-server**', 'koa-resource-server'),
  koa('koa-resource-server-forgetful', '**koa-resource-server**, remembering nothing'),
  koa('koa-jose', 'jose by hand', 'jose'),
]

/** Those that only a full run measures, with the bare servers of their frameworks. */
export const peers: readonly Contender[] = [
  koa('peers/koa-jwt', 'koa-jwt + jwks-rsa', 'koa-jwt', 'jwks-rsa'),
  koa(
    'peers/koa-passport',
    'koa-passport + passport-jwt',
    'koa-passport',
    'passport-jwt',
    'jwks-rsa',
  ),
  koa('peers/koa-oauth4webapi', 'oauth4webapi by hand', 'oauth4webapi'),
  of('peers/express', 'peers/express-bare', 'bare Express'),
  of(
    'peers/express',
    'peers/express-oauth2-jwt-bearer',
    'express-oauth2-jwt-bearer',
    'express-oauth2-jwt-bearer',
  ),
  of('peers/fastify', 'peers/fastify-bare', 'bare Fastify'),
  of(
    'peers/fastify',
    'peers/fastify-get-jwks',
    '@fastify/jwt + get-jwks',
    '@fastify/jwt',
    'get-jwks',
  ),
  of('peers/fastify', 'peers/fastify-jwt-jwks', 'fastify-jwt-jwks', 'fastify-jwt-jwks'),
  of('peers/hono', 'peers/hono-bare', 'bare Hono'),
  of('peers/hono', 'peers/hono-jwk', "Hono's jwk, jwks_uri", 'hono'),
  of('peers/hono', 'peers/hono-jwk-keys', "Hono's jwk, keys given"),
]

function koa(id: string, label: string, ...packages: readonly string[]): Contender {
  return of('koa', id, label, ...packages)
}

function of(
  framework: string,
  id: string,
  label: string,
  ...packages: readonly string[]
): Contender {
  return { id, label, bare: `${framework}-bare`, packages }
}
