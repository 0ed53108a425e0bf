/** One way to break the code, and the tests that must notice. */
export interface Mutation {
  readonly file: string
  /** Stands exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** What is broken then. */
  readonly breaks: string
  readonly tests: readonly string[]
}

const bearer = ['test/rfc6750.test.ts']
const token = ['test/rfc9068.test.ts']
const identity = ['test/rfc9700.test.ts']
const server = ['test/middleware/resource-server.test.ts']
const introspection = ['test/rfc7662.test.ts']
const signed = ['test/rfc9701.test.ts']
const outages = ['test/outages.test.ts']
const fresh = ['test/middleware/require-fresh-introspection.test.ts']

function of(
  file: string,
  tests: readonly string[],
  ...breaks: readonly [breaks: string, find: string, replace: string][]
): Mutation[] {
  return breaks.map(([what, find, replace]) => ({ file, find, replace, breaks: what, tests }))
}

export const mutations: readonly Mutation[] = [
  ...of(
    'src/protocol/credentials.ts',
    bearer,
    ['two Authorization fields pass', 'fields.length > 1', 'fields.length > 2'],
    ['a token may come in two ways', 'presented.length > 1', 'presented.length > 2'],
    ['tokens cross the network in the clear', '!request.confidential', 'false'],
    ['no limit to the size of a token', 'credentials.token.length > maxTokenSize', 'false'],
    ['anything is a token', '!token68.test(credentials.token)', 'false'],
    [
      'schemes are case-sensitive',
      'scheme.toLowerCase() === name.toLowerCase()',
      'scheme === name',
    ],
  ),
  ...of(
    'src/protocol/challenge.ts',
    bearer,
    [
      'header injection',
      "replace(/[^\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]/g, '?')",
      "replace(/~/g, '')",
    ],
    ['the error stands in every challenge', 'used === undefined || scheme === used', 'true'],
    ['an error_uri without an error', 'error_uri: error.code && error_uri', 'error_uri'],
  ),
  ...of(
    'src/middleware/resource-server.ts',
    bearer,
    [
      'a preflight is challenged',
      'error instanceof MissingCredentials && isPreflight(ctx)',
      'false',
    ],
    ['refusals may be stored', "'Cache-Control': 'no-store',", ''],
    ['browsers cannot read the challenge', "ctx.get('Origin') &&", 'false &&'],
  ),
  ...of(
    'src/middleware/resource-server.ts',
    server,
    ['the outer resource server answers again', '!isAnswered(error, ctx)', 'true'],
    ['custom error handlers lose the challenge', 'ctx.set(error.headers)', 'void error.headers'],
  ),
  ...of(
    'src/middleware/koa-resource-request.ts',
    bearer,
    ['the form counts unasked', '!this.#formBody ||', ''],
    ['a form by any method', '!methodsWithBody.has(this.method)', 'false'],
    ['an untrusted proxy vouches for TLS', 'app.proxy && this', 'this'],
  ),
  ...of(
    'src/authenticate.ts',
    [...bearer, ...server],
    ['nobody has to be somebody', 'if (policy.anonymous) return undefined', 'return undefined'],
    ['bindings are not confirmed', 'await confirm(request, credentials, facts, policy)', ''],
  ),
  ...of('src/authenticate.ts', fresh, [
    'another binding than the confirmed one',
    "JSON.stringify(facts.claims['cnf']) !== JSON.stringify(claims['cnf'])",
    'false',
  ]),
  ...of(
    'src/confirmation/confirm.ts',
    server,
    ['an unknown binding is ignored', 'method === undefined || ', 'false || '],
    ['a bound token passes as a bearer token', 'credentials.scheme !== scheme', 'false'],
    ['unbound tokens pass', 'senderConstrained && bindings.length === 0', 'false'],
  ),
  ...of('src/confirmation/confirm.ts', introspection, [
    'a refresh token passes',
    'tokenType.toLowerCase() !== scheme.toLowerCase()',
    'false',
  ]),
  ...of(
    'src/protocol/claims.ts',
    token,
    ['expired tokens pass', 'now >= exp + clockTolerance', 'false'],
    ['tokens pass before their time', 'now < nbf - clockTolerance', 'false'],
    ['tokens from the future pass', 'now < iat - clockTolerance', 'false'],
    [
      'required claims may be missing',
      'required.find((name) => claims[name] === undefined)',
      'undefined',
    ],
    ['infinity is a date', 'Number.isFinite(value)', '!Number.isNaN(value)'],
    ['any audience', 'audience.includes(one)', 'audience.length > 0'],
  ),
  ...of(
    'src/tokens/signed-jwt.ts',
    token,
    ['any kind of JWT', '!types.includes(type)', 'false'],
    ['any algorithm', '!algorithms.has(alg)', 'false'],
    ['critical extensions are ignored', 'crit !== undefined || b64 !== undefined', 'false'],
    ['no signature counts', "throw new InvalidToken('signature')", 'return'],
  ),
  ...of('src/tokens/jwt.ts', token, ['hopeless tokens cause fetches', 'check(facts)\n', '\n']),
  ...of(
    'src/protocol/identity.ts',
    identity,
    ['printing shows the token', '{ get: () => token }', '{ value: token, enumerable: true }'],
    [
      'what is on the context can be changed',
      'return Object.freeze(authentication)',
      'return (authentication)',
    ],
  ),
  ...of(
    'src/protocol/dialect.ts',
    identity,
    [
      'a client passes for a person',
      "sub === clientId ? 'client' : 'resource-owner'",
      "'resource-owner'",
    ],
    ['a guess passes for knowledge', "if (clientId === undefined) return 'unknown'", ''],
  ),
  ...of('src/protocol/json.ts', identity, ['claims inherit', 'Object.create(null)', '({})']),
  ...of(
    'src/tokens/introspection-endpoint.ts',
    introspection,
    ['active may be anything', 'active === true && findMalformed', 'active && findMalformed'],
    [
      'any status counts',
      'answer.status === 200 && isIntrospectionAnswer(said)',
      'isIntrospectionAnswer(said)',
    ],
    [
      'our failure to authenticate is a 500',
      'throw new AuthorizationServerUnavailable(`No auth',
      'throw new Error(`No auth',
    ],
  ),
  ...of(
    'src/tokens/introspection-memory.ts',
    introspection,
    ['remembered past exp', 'timeLeft(answer) > 0', 'true'],
    ['a token stands in the store', 'if (value.includes(token)) return', ''],
    ['one key for all tokens', 'JSON.stringify(parts)', "''"],
    [
      'inactive tokens displace active ones',
      'setFor(inactiveMaxAge, inactiveStore, key, value)',
      'setFor(inactiveMaxAge, store, key, value)',
    ],
  ),
  ...of('src/tokens/introspection-memory.ts', outages, [
    'a revoked token comes back',
    'if ((await store.get(key)) !== undefined) await store.set(key, value, inactiveMaxAge || 1)',
    '',
  ]),
  ...of(
    'src/tokens/introspection.ts',
    introspection,
    ['everybody asks', 'if (underWay &&', 'if (false &&'],
    ['any issuer', 'issuer !== undefined && iss !== issuer', 'false'],
    ['inactive tokens pass', "if (!answer.active) throw new InvalidToken('inactive')", ''],
  ),
  ...of(
    'src/tokens/signed-introspection.ts',
    signed,
    ['unsigned answers pass', 'await verifySignature(jws, hint, keys)', ''],
    ['any issuer signs', 'iss !== issuer', 'false'],
    ['answers to others pass', '![aud].flat().includes(audience)', 'false'],
    ['any media type', '!isOfType(answer)', 'false'],
  ),
  ...of(
    'src/tokens/breaker.ts',
    ['test/tokens/breaker.test.ts'],
    [
      'a server that is down is asked all the same',
      'open && (probing || backOff.left > 0)',
      'false',
    ],
  ),
  ...of(
    'src/tokens/concurrency.ts',
    ['test/tokens/concurrency.test.ts'],
    ['no bound to calls at once', 'underWay < maxConcurrent', 'true'],
  ),
  ...of('src/tokens/client-auth.ts', introspection, [
    'credentials are not encoded',
    "return new URLSearchParams([['', value]]).toString().slice(1)",
    'return value',
  ]),
]
