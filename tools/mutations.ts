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
const keys = ['test/rfc7517.test.ts', 'test/signatures/verification-key.test.ts']
const jose = ['test/rfc8725.test.ts', 'test/protocol/jwt.test.ts']

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
    ['the outer resource server answers again', 'answerFirst(error, ctx)', 'true'],
    ['custom error handlers lose the challenge', 'ctx.set(own.headers)', 'void own.headers'],
  ),
  ...of(
    'src/middleware/koa-resource-request.ts',
    bearer,
    ['the form counts unasked', '!this.#formBody ||', ''],
    ['a form by any method', '!methodsWithBody.has(this.method)', 'false'],
    ['an untrusted proxy tells of TLS', 'app.proxy && this', 'this'],
  ),
  ...of(
    'src/authenticate.ts',
    [...bearer, ...server],
    ['nobody has to be somebody', 'if (policy.anonymous) return undefined', 'return undefined'],
    ['bindings are not confirmed', 'await confirm(request, credentials, facts, policy)', ''],
  ),
  ...of(
    'src/authenticate.ts',
    fresh,
    [
      'a token that has lost something passes',
      'if (isStill(before, after)) return after',
      'return after',
    ],
    ['a token goes to another authorization server', 'asks && issuer === before.issuer', 'asks'],
  ),
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
    ['a token stands in the store', 'value.includes(token) ||', ''],
    ['one key for all tokens', 'JSON.stringify(parts)', "''"],
    ['an older answer displaces a newer one', 'known.askedAt > askedAt', 'false'],
    [
      'inactive tokens displace active ones',
      'await this.#write(inactiveStore, key, value, inactiveMaxAge)',
      'await this.#write(store, key, value, inactiveMaxAge)',
    ],
  ),
  ...of('src/tokens/introspection-memory.ts', outages, [
    'a revoked token comes back',
    'if (known?.answer.active) await',
    'if (false) await',
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
  ...of(
    'src/tokens/signed-jwt.ts',
    jose,
    ['critical extensions are ignored', 'crit !== undefined || b64 !== undefined', 'false'],
    ['a kid may be of any size', 'kid.length > maxKidSize', 'false'],
  ),
  ...of('src/protocol/jwt.ts', jose, [
    'lenient base64url',
    "bytes.toString('base64url') === part ? bytes : undefined",
    'bytes',
  ]),
  ...of(
    'src/protocol/json.ts',
    ['test/protocol/json.test.ts', 'test/protocol/jwt.test.ts'],
    ['JSON may be nested as deep as it likes', 'depth === 0 ||', ''],
    ['claims can be changed', 'return Object.freeze(object)', 'return object'],
  ),
  ...of(
    'src/tokens/key-set.ts',
    keys,
    ['no second look for an unknown key', ': matching(await set.next(asked), hint)', ': found'],
    ['an empty answer replaces a good set', 'if (keys.length === 0) throw', 'if (false) throw'],
  ),
  ...of(
    'src/signatures/verification-key.ts',
    keys,
    ['private keys are taken', 'if (secretMembers.some', 'if (false && secretMembers.some'],
    ['keys for encryption verify', "use !== 'sig' ||", ''],
    [
      'a key verifies whatever its alg',
      'key.alg === undefined || sameAlgorithm(key.alg, alg)',
      'true',
    ],
    ['a key verifies whatever its kid', 'kid === undefined || kid === key.kid', 'true'],
    ['weak keys are taken', '!isWeak(key)', 'true'],
  ),
  ...of(
    'src/tokens/discovery.ts',
    ['test/rfc8414.test.ts'],
    ['the document of another issuer counts', "metadata['issuer'] !== issuer", 'false'],
    [
      'https leads to http',
      "url?.protocol !== 'https:' ? undefined : url",
      'false ? undefined : url',
    ],
  ),
  ...of(
    'src/tokens/last-known-good.ts',
    ['test/tokens/last-known-good.test.ts'],
    [
      'a failure displaces what is there',
      'if (kept !== undefined && now < kept.staleUntil) return kept.value\n      throw',
      'throw',
    ],
    [
      'no end to what is stale',
      'staleUntil: freshUntil + this.#options.maxStale * 1000',
      'staleUntil: Infinity',
    ],
    ['a failing server gets no rest', 'if (left <= 0) return', 'if (true) return'],
  ),
  ...of(
    'src/tokens/exchange.ts',
    ['test/tokens/exchange.test.ts'],
    ['content encodings are taken', "encoding !== 'identity'", 'false'],
  ),
  ...of(
    'src/tokens/send-by-node.ts',
    ['test/tokens/exchange.test.ts'],
    ['answers of any size', 'size > maxSize', 'false'],
    ['a cut answer is waited for', "incoming.on('error', fail)", ''],
  ),
  ...of(
    'src/tokens/secure-url.ts',
    ['test/tokens/secure-url.test.ts'],
    [
      'plain http to anywhere',
      "url.protocol === 'http:' && loopback.test(url.hostname)",
      "url.protocol === 'http:'",
    ],
  ),
]
