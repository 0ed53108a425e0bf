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
const vectors = ['test/wycheproof.test.ts', 'test/rfc8725.test.ts', 'test/signatures/jws.test.ts']
const proof = ['test/rfc9449.test.ts']
const vendors = ['test/vendors/attacks.test.ts', 'test/vendors/fixtures.test.ts']
const trace = ['test/trace.test.ts']
const remembered = ['test/remembered-tokens.test.ts']
const certificate = [
  'test/rfc8705.test.ts',
  'test/rfc9440.test.ts',
  'test/confirmation/trusted-hops.test.ts',
]
const fapi2 = ['test/fapi2.test.ts']
const metadata = ['test/rfc9728.test.ts']
const secrecy = ['test/playground/fields.test.ts', 'test/playground/secrecy.test.ts']
const guards = ['test/middleware/guards.test.ts']
const telemetry = ['test/opentelemetry/instrument.test.ts']
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
    [
      'two Authorization fields pass',
      'if (others.length > 0) throw new InvalidRequest(',
      'if (false) throw new InvalidRequest(',
    ],
    ['a token may come in two ways', '(header !== undefined && form !== undefined)', 'false'],
    ['tokens cross the network in the clear', '!request.confidential', 'false'],
    ['no limit to the size of a token', 'credentials.token.length > maxTokenSize', 'false'],
    ['anything is a token', '!token68.test(token)', 'false'],
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
    ['the error stands in every challenge', '!clear || scheme === used', 'true'],
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
    ['browsers cannot read the challenge', "ctx.get('Origin') === ''", 'true'],
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
    ['the form counts unasked', '!this.#view.formBody ||', ''],
    ['a form by any method', '!methodsWithBody.has(this.method)', 'false'],
    ['an untrusted proxy tells of TLS', 'app.proxy && this', 'this'],
  ),
  ...of(
    'src/authenticate.ts',
    [...bearer, ...server],
    ['nobody has to be somebody', 'undefined && !policy.anonymous', 'undefined && false'],
    [
      'bindings are not confirmed',
      'by.confirm(request, credentials, verified, policy)',
      'noFields',
    ],
  ),
  ...of(
    'src/authenticate.ts',
    fresh,
    ['a token that has lost something passes', 'if (isStill(before, after)) return', 'return'],
    ['a token goes to another authorization server', 'asks && issuer === before.issuer', 'asks'],
  ),
  ...of(
    'src/confirmation/confirm.ts',
    server,
    ['an unknown binding is ignored', 'method === undefined || ', 'false || '],
    ['a bound token passes as a bearer token', 'credentials.scheme !== scheme', 'false'],
    ['unbound tokens pass', 'senderConstrained && bound === unbound', 'false'],
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
    ['any audience', 'audience.includes(one)', 'audience.length > 0'],
  ),
  ...of(
    'src/protocol/claim-forms.ts',
    token,
    [
      'required claims may be missing',
      'for (const name of required) if (claims[name] === undefined) return name',
      '',
    ],
    ['infinity is a date', 'Number.isFinite(value)', '!Number.isNaN(value)'],
  ),
  ...of(
    'src/tokens/signed-jwt.ts',
    token,
    ['no signature counts', "throw new InvalidToken('signature')", 'return'],
    ['the header counts for nothing', 'flaw !== undefined', 'false'],
  ),
  ...of(
    'src/signatures/jws-header.ts',
    token,
    ['any kind of JWT', '!types.includes(type as string | undefined)', 'false'],
    ['any algorithm', '!accepted.has(alg)', 'false'],
  ),
  ...of('src/signatures/jws-header.ts', jose, [
    'critical extensions are ignored',
    'crit === undefined && b64 === undefined',
    'true',
  ]),
  ...of(
    'src/signatures/jws.ts',
    vectors,
    ['signatures of any length', 'signature.length !== size', 'false'],
    ['salts of any length', 'saltLength: salt', 'saltLength: constants.RSA_PSS_SALTLEN_AUTO'],
    ['PSS is taken for PKCS #1', 'salt !== undefined', 'false'],
    ['numbers lose no zeros', 'signature[start] === 0', 'false'],
    ['numbers may be negative', 'signature[start]! >= 0x80', 'false'],
    ['long numbers have a wrong length', 'if (length >= 0x80) ', 'if (length < 0) '],
  ),
  ...of(
    'src/confirmation/dpop-proof.ts',
    proof,
    ['the first of several proofs counts', 'others.length > 0', 'false'],
    ['no limit to the size of a proof', 'field.length > maxSize', 'false'],
    ['a proof for any method', 'proof.htm !== request.method', 'false'],
    ['a proof for any URL', '!namesOneOf(proof.htu, request.urls)', 'false'],
    ['a proof for any token', 'proof.ath !== sha256(token)', 'false'],
    ['claims of any form', 'malformed !== undefined', 'false'],
  ),
  ...of(
    'src/confirmation/dpop.ts',
    proof,
    ['another JWT passes for a proof', "['dpop+jwt']", "['dpop+jwt', 'jwt', 'at+jwt']"],
    ['the header of a proof counts for nothing', 'flaw !== undefined', 'false'],
    ['a proof by any key', 'signer.thumbprint !== thumbprint', 'false'],
    ['keys that do not fit alg', '!fits(read, { alg, kid: undefined })', 'false'],
    ['RSA keys of any size', ' || isHuge(read.key)', ''],
    ['proofs from the future', 'Math.max(begins, nbf) > time + clockTolerance', 'false'],
    ['old proofs', 'ends <= time', 'false'],
    ['proofs past their own exp', 'exp + clockTolerance <= time', 'false'],
    ['no signature of a proof counts', '!isSignedBy(proof.value, signer.alg, signer.key)', 'false'],
    [
      'a proof may be used again',
      'await replay.use(request.message, thumbprint, claims.jti, expiry)',
      '',
    ],
    ['no new nonce comes', 'nonces === undefined || claims.nonce === nonces.current', 'true'],
  ),
  ...of(
    'src/confirmation/dpop-nonce.ts',
    proof,
    ['any nonce', 'step === undefined', 'false'],
    ['nonces of any age', 'const oldest = step - stepsOfLife + 1', 'const oldest = step - 9'],
    ['nonces can be guessed', "createHmac('sha256', secret)", "createHmac('sha256', 'a')"],
    ['only the newest secret counts', 'this.#secrets.flatMap', 'this.#secrets.slice(0, 1).flatMap'],
  ),
  ...of(
    'src/confirmation/dpop-replay.ts',
    proof,
    ['one client fills the store', 'count.proofs >= maxProofsPerKey', 'false'],
    ['replays use up the share of the key', 'count.proofs -= 1\n    throw', 'throw'],
    ['a store that is down lets proofs pass', 'if (fallback) return', 'return'],
    ['a jti is stored as it is', 'sha256(jti)', 'jti'],
    ['one jti for all keys', '${thumbprint}:', ''],
    ['replays pass', "throw new InvalidDpopProof('replayed')", 'return'],
  ),
  ...of(
    'src/confirmation/htu.ts',
    proof,
    ['userinfo in htu', '[\\w.:[\\]-]+(?:', '[^/?#]+(?:'],
    ['encoded slashes are slashes', 'unreserved.test(character)', 'true'],
    ['case of encodings counts', 'encoded.toUpperCase()', 'encoded'],
  ),
  ...of(
    'src/middleware/public-url.ts',
    proof,
    ['anybody tells the host', 'proxy && host.test(name)', 'host.test(name)'],
    ['any host that is forwarded', 'proxy && host.test(name)', "proxy && name !== ''"],
    ['dots in a path are kept', ' || dotSegment.test(path)', ''],
    ['any target is a path', 'match === undefined || ', 'false || '],
  ),
  ...of(
    'src/stores/single-use.ts',
    ['test/rfc9449.test.ts', 'test/stores/single-use.test.ts'],
    ['a key is new again', '> time) return false', '> time) return true'],
    [
      'keys are forgotten when it is full',
      'throw new StoreUnavailable',
      'void new StoreUnavailable',
    ],
  ),
  ...of(
    'src/stores/redis.ts',
    ['test/stores/redis.test.ts'],
    ['an odd reply passes', "reply !== 'OK' && reply !== null", 'false'],
    ['keys are set unless they are there', ", 'NX')", ')'],
    ['a failing server is asked all the same', 'probing || backOff.left > 0', 'false'],
    ['keys never expire', "'PX', milliseconds(ttl), 'NX'", "'NX'"],
  ),
  ...of(
    'src/stores/encrypted.ts',
    ['test/stores/encrypted.test.ts'],
    ['values may be moved', '.setAAD(Buffer.from(name)).setAuthTag', '.setAuthTag'],
    ['one iv for all', 'randomBytes(ivSize)', 'Buffer.alloc(ivSize)'],
  ),
  ...of(
    'src/tokens/evictions.ts',
    ['test/tokens/evictions.test.ts'],
    ['nothing is evicted', 'askedAt <= time + clockTolerance', 'false'],
  ),
  ...of(
    'src/tokens/verified-tokens.ts',
    remembered,
    ['withdrawn keys go on', 'entry.identity.stands?.()', 'true'],
    ['every token is remembered at once', 'this.#sightings.isAgain(mark)', 'true'],
    ['tokens that end alike are one', 'entry.digest !== digestOf(token)', 'false'],
  ),
  ...of(
    'src/trace/trace.ts',
    trace,
    ['a stage is told for one within it', 'if (this.#ending?.thrown !== thrown) {', 'if (true) {'],
    ['what was caught before is told', 'this.#ending?.thrown === thrown ?', 'this.#ending ?'],
    [
      'a guard that refuses counts as passed',
      "if (typeof verdict !== 'function') return {}",
      'return {}',
    ],
    ['a stage is told twice', "stage !== 'authorize' && this.#passed.has(stage)", 'false'],
    ['nobody knows that a token was remembered', "cache: 'hit' }", '}'],
    ['of a remembered token the client is not told', 'client: nameOf(found.client), ', ''],
    ['any text is told for a client', '/^[\\x20-\\x7E]{1,256}$/', '/^[^]+$/'],
    ['a remembered answer rests on RFC 9068', "found.claims['active'] === true", 'false'],
    ['a part of a stage counts twice', 'if (this.#open === 0) this', 'this'],
    ['a stage that waits has passed at once', 'return isThenable(result)', 'return false'],
    ['the issuer of a refused token is not told', 'this.#known = { ...this.#known, issuer }', ''],
    ['a refusal takes no time', 'duration: duration + this.#refusing', 'duration: 0'],
    [
      'what throws when it is read ends the request',
      '  try {\n    tell()\n  } catch {',
      '  tell()\n  try {} catch {',
    ],
  ),
  ...of(
    'src/trace/refusal.ts',
    trace,
    ['an outage is the fault of the request', "if (!('code' in error))", 'if (false)'],
    ['any name is told', "name.test(error.name) ? error.name : 'Error'", 'error.name'],
    ['any reason is told', 'name.test(`${reason}`) ? reason : undefined', 'reason'],
  ),
  ...of(
    'src/trace/sections.ts',
    trace,
    ['an introspected token rests on RFC 9068', "asks && section.startsWith('RFC 9068')", 'false'],
    ['reasons rest on nothing', "code === 'invalid_token' ?", 'false ?'],
  ),
  ...of('src/trace/start.ts', trace, [
    'each request is traced',
    'stageChannel.hasSubscribers || requestChannel.hasSubscribers',
    'true',
  ]),
  ...of(
    'src/trace/channels.ts',
    trace,
    [
      'a call without an answer counts as answered',
      "status === undefined ? 'failed'",
      "false ? 'failed'",
    ],
    ['the query of a call is told', '`${url.origin}${url.pathname}`', 'url.href'],
  ),
  ...of('src/tokens/introspection.ts', trace, [
    'the query of an endpoint is told as issuer',
    "const place = endpoint?.split('?')[0]",
    'const place = endpoint',
  ]),
  ...of(
    'src/middleware/resource-server.ts',
    trace,
    [
      'a refused request is not told of',
      'traced?.end(thrown, isRefusal(error) ? error : undefined)',
      '',
    ],
    ['an admitted request is not told of', 'traced?.pass()', ''],
    [
      'what the application throws is a refusal',
      'isRefusal(error) ? error : undefined',
      'error as never',
    ],
  ),
  ...of(
    'src/middleware/guard.ts',
    trace,
    ['the guard that came first is told', 'end(told.by.demand.guard,', 'end(guard.demand.guard,'],
    [
      'no guard is told of who has no credentials',
      'return end(guard.demand.guard, admission, new',
      "return end('', admission, new",
    ],
  ),
  ...of('src/middleware/guard.ts', trace, [
    'guards are not watched',
    'admission.watch(guard.demand.guard, () => guard.judge(auth, admission))',
    'guard.judge(auth, admission)',
  ]),
  ...of('src/authenticate.ts', remembered, [
    'remembered tokens never expire',
    'if (verified !== undefined) by.checkAgain(',
    'if (false) by.checkAgain(',
  ]),
  ...of('src/signatures/verification-key.ts', remembered, [
    'a refresh forgets all tokens',
    'key.jwk === jwk',
    'false',
  ]),
  ...of(
    'src/tokens/introspection.ts',
    [
      'test/tokens/introspection-evict.test.ts',
      'test/middleware/require-fresh-introspection.test.ts',
      'test/rfc7662.test.ts',
    ],
    ['evicted answers go on', 'before.evictions === evictions', 'true'],
    ['remembered for ever', 'isWithin(maxAge, askedAt) &&', ''],
  ),
  ...of('src/middleware/koa-resource-request.ts', certificate, [
    'a client that is gone passes for a Unix socket',
    'localAddress === undefined && !destroyed',
    'true',
  ]),
  ...of(
    'src/confirmation/certificate-formats.ts',
    [...certificate, 'test/confirmation/certificate-formats.test.ts'],
    ['any of several hashes', 'hashes.length === 1', 'hashes.length > 0'],
    ['lenient base64', "der.toString('base64') === text", 'true'],
  ),
  ...of(
    'src/confirmation/mtls.ts',
    certificate,
    ['any certificate', 'presented(request) !== thumbprint', 'false'],
    ['any hop is trusted', '!isTrusted(remoteAddress)', 'false'],
    ['the first of several certificates counts', 'values.length !== 1', 'values.length < 1'],
  ),
  ...of('src/confirmation/trusted-hops.ts', certificate, [
    'a Unix socket is trusted',
    "remoteAddress === 'unix' ? unix",
    "remoteAddress === 'unix' ? true",
  ]),
  ...of('src/tokens/jwt.ts', token, [
    'hopeless tokens cause fetches',
    "check({ claims, header, dialect, issuer: claims['iss'] as string })",
    '',
  ]),
  ...of(
    'src/protocol/authentication.ts',
    identity,
    [
      'printing shows the token',
      'this.#token = token',
      'this.#token = token; Object.assign(this, { secret: token })',
    ],
    ['what is on the context can be changed', 'Object.freeze(this)', ''],
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
  ...of(
    'src/protocol/token-kind.ts',
    vendors,
    [
      'what only access tokens say is not asked',
      'if (!kind[claim]!.includes',
      'if (false && !kind[claim]!.includes',
    ],
    ['any sign is waived', '!waives.includes(name)', 'waives.length === 0'],
    ['a nonce is no sign', "nonce: 'an ID token', //", '//'],
    ['events are no sign', "events: 'a logout token", "xevents: 'a logout token"],
    ['what somebody says of himself passes', "claims['sub'] === claims['iss']", 'false'],
    ['refresh tokens pass that say so', '|refresh(token)?|', '|'],
    ['a refusal of Graph tokens is lost', "header?.['nonce'] !== undefined", 'false'],
  ),
  ...of(
    'src/protocol/claims.ts',
    vendors,
    ['an audience may be missing', "present.length === 0 && claims['aud'] === undefined", 'false'],
    [
      'what stands in for the audience may be anything',
      '!audienceFrom[name]!.includes(claims[name] as string)',
      'false',
    ],
    ['no claim of a JWT is needed', 'names.every(isMissing)', 'false'],
  ),
  ...of(
    'src/vendors/tenant-issuer.ts',
    vendors,
    ['any tenant is trusted', 'isTrusted(tenantOf(claims))', 'true'],
    ['anything is a yes', 'told === true', 'Boolean(told)'],
    ['iss and tid may differ', "issuersOf(tenant).includes(claims['iss'] as string)", 'true'],
    ['the key of one tenant signs for another', 'issuersOf(tenant).includes(filled)', 'true'],
  ),
  ...of(
    'src/vendors/tenant-issuer.ts',
    ['test/vendors/arguments.test.ts'],
    ['all tenants are one issuer', '/\\{tenant\\}/,', '/./,'],
  ),
  ...of('src/protocol/trusted-issuer.ts', vendors, [
    'a trust domain that begins alike',
    '`${issuer}/`',
    'issuer',
  ]),
  ...of('src/tokens/jwt.ts', vendors, [
    'keys sign for any tenant',
    '!issuer.allows(',
    'false && !issuer.allows(',
  ]),
  ...of('src/protocol/machine-clients.ts', vendors, [
    'anything is a yes',
    'told === true',
    'Boolean(told)',
  ]),
  ...of('src/protocol/machine-clients.ts', vendors, [
    'a machine passes for a person',
    "told === 'unknown' ? 'client' : 'unknown'",
    "told === 'unknown' ? 'client' : told",
  ]),
  ...of(
    'src/protocol/claim-forms.ts',
    ['test/protocol/claims.test.ts'],
    ['what one dialect tolerates all do', 'claim === name && fits(value)', 'fits(value)'],
  ),
  ...of('src/protocol/relaxations.ts', token, [
    'what may be missing is not told',
    '!demanded.has(claim)',
    'false',
  ]),
  ...of(
    'src/vendors/keycloak.ts',
    vendors,
    ['a name makes a service account', "isOfHost ? 'client' : 'unknown'", "'client'"],
    ['an exchanged service account is a person', "claims['auth_time'] === undefined ?", 'false ?'],
  ),
  ...of(
    'src/vendors/entra.ts',
    vendors,
    ['tokens without any grant pass', "['scp', 'roles']]", ']'],
    ['an application is a person', 'said(scp) !== undefined', 'true'],
    [
      'what objects inherit is a type',
      "kinds.get(said(idtyp) ?? '')",
      "({} as any)[said(idtyp) ?? '']",
    ],
  ),
  ...of('src/vendors/auth0.ts', vendors, [
    'any @clients is the client',
    'sub === `${clientId}@clients`',
    "sub.endsWith('@clients')",
  ]),
  ...of('src/vendors/supabase.ts', vendors, [
    'users write their roles',
    "[['role']]",
    "[['user_metadata', 'role']]",
  ]),
  ...of('src/vendors/on-behalf-of.ts', vendors, [
    'a client is a person',
    "String(sub) === clientId ? 'client' : 'resource-owner'",
    "'resource-owner'",
  ]),
  ...of('src/vendors/on-behalf-of.ts', vendors, [
    'what objects inherit is a profile',
    'profiles.get(word)',
    '({} as any)[word]',
  ]),
  ...of('src/vendors/open-iddict.ts', vendors, [
    'any answer is of a person',
    'hasAny(claims, ofPersons)',
    'true',
  ]),
  ...of('src/vendors/zitadel.ts', vendors, [
    'a number is a person',
    "[claims['aud']].flat().includes(clientId)",
    'true',
  ]),
  ...of('src/vendors/ping-am.ts', vendors, [
    'any grant is of a person',
    'ofPersons.has(grant)',
    'grant !== undefined',
  ]),
  ...of('src/vendors/curity.ts', vendors, [
    'any 64 digits are a person',
    'isPseudonym && isSignIn',
    'isPseudonym',
  ]),
  ...of('src/vendors/duende.ts', vendors, [
    'any subject is a person',
    'hasAny(claims, ofPersons)',
    'true',
  ]),
  ...of('src/vendors/workloads.ts', vendors, [
    'jobs of any repository',
    'Object.fromEntries(kind)',
    '{}',
  ]),
  ...of('src/vendors/wso2.ts', vendors, [
    'what objects inherit is a type',
    "kinds.get(said(aut) ?? '')",
    "({} as any)[said(aut) ?? '']",
  ]),
  ...of('src/vendors/oracle-identity-domains.ts', vendors, [
    'what objects inherit is a type',
    "kinds.get(said(type) ?? '')",
    "({} as any)[said(type) ?? '']",
  ]),
  ...of('src/protocol/json.ts', identity, ['claims inherit', 'Object.create(null)', '({})']),
  ...of(
    'src/tokens/introspection-endpoint.ts',
    introspection,
    ['active may be anything', 'active === true && !find', 'active && !find'],
    ['any status counts', 'answer.status === 200 ? said : undefined', 'said'],
    [
      'our failure to authenticate is a 500',
      'throw new AuthorizationServerUnavailable(`No auth',
      'throw new Error(`No auth',
    ],
  ),
  ...of(
    'src/tokens/introspection-memory.ts',
    introspection,
    ['remembered past exp', ' || timeLeft(answer) <= 0', ''],
    ['a token stands in the store', 'value.includes(token) ||', ''],
    ['one key for all tokens', 'JSON.stringify(parts)', "''"],
    ['an older answer displaces a newer one', 'known.askedAt > askedAt', 'false'],
    [
      'inactive tokens displace active ones',
      'await this.#write(this.#inactive, key, value, inactiveMaxAge)',
      'await this.#write(this.#active, key, value, inactiveMaxAge)',
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
    ['inactive tokens pass', 'if (!answer.active) throw', 'if (!answer.active) void'],
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
  ...of('src/tokens/signed-jwt.ts', jose, [
    'a kid may be of any size',
    'kid.length > maxKidSize',
    'false',
  ]),
  ...of('src/protocol/jwt.ts', jose, [
    'lenient base64url',
    'whole && canonical ? bytes',
    'whole ? bytes',
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
    ['keys for encryption verify', 'use !== wanted ||', ''],
    [
      'a key verifies whatever its alg',
      'key.alg === undefined || sameAlgorithm(key.alg, alg)',
      'true',
    ],
    ['a key verifies whatever its kid', 'kid === undefined || kid === key.kid', 'true'],
    ['weak keys are taken', 'isWeak(key) ? undefined : key', 'key'],
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
    'src/protocol/profiles.ts',
    fapi2,
    ['RS256 in FAPI', "const accepted = ['PS256'", "const accepted = ['RS256', 'PS256'"],
    ['no algorithms are preset', "section: '§5.4.1', preset: accepted", "section: '§5.4.1'"],
    ['bearer tokens in FAPI', 'preset: true,', 'preset: false,'],
    ['tokens in forms in FAPI', "formBody: { ...never, section: '§5.3.4' },", ''],
    ['plain HTTP in FAPI', "insecureHttp: { ...never, section: '§5.2.1' },", ''],
    ['JWTs of any lifetime in FAPI', '          required: true,\n', ''],
    ['old answers in FAPI', "maxStale: { ...never, section: '§5.3.4' },", ''],
    ['any certificate in FAPI', 'rejectUnauthorized !== false', 'true'],
    ['a contradiction passes', 'value === undefined ? required : !fits(value)', 'false'],
    ['presets are left out', 'obedient[name] ??= preset', 'obedient[name]'],
  ),
  ...of(
    'src/middleware/resource-server.ts',
    metadata,
    ['challenges lead nowhere', '{ ...parameters, resource_metadata: url }', 'parameters'],
    ['nobody is told', 'metadata?.describe({ ...policy, ...view })', ''],
  ),
  ...of('src/middleware/resource-server-options.ts', metadata, [
    'two URLs of one document',
    'options.metadata && options.challenge?.resource_metadata !== undefined',
    'false',
  ]),
  ...of('src/confirmation/mtls.ts', metadata, [
    'nobody hears of certificates',
    'supported: { tls_client_certificate_bound_access_tokens: true }',
    'supported: {}',
  ]),
  ...of('src/protocol/claims.ts', fapi2, [
    'tokens of any lifetime',
    'if (exp - iat > most)',
    'if (false)',
  ]),
  ...of('src/tokens/introspection.ts', fapi2, [
    'signed answers by any algorithm',
    "signed: obey(profile, 'introspection, signed', signed)",
    'signed',
  ]),
  ...of('src/confirmation/dpop.ts', fapi2, [
    'proofs by any algorithm',
    "dpop(obey(profile, 'dpop', options))",
    'dpop(options)',
  ]),
  ...of(
    'src/middleware/resource-server-options.ts',
    fapi2,
    ['a profile that is none', 'Object.hasOwn(profiles, String(value))', 'true'],
    [
      'verifiers keep to no profile',
      'tokens: [options.tokens].flat().map((each) => each.under!(profile)),',
      '',
    ],
  ),
  ...of(
    'src/signatures/sign-jwt.ts',
    ['test/signatures/sign-jwt.test.ts'],
    ['signatures that no JWS has', "dsaEncoding: 'ieee-p1363', ", ''],
    ['another padding', 'salt !== undefined && {', 'salt === undefined && {'],
  ),
  ...of(
    'src/metadata/resource-identifier.ts',
    metadata,
    ['a slash at the end is taken', "|| rest?.endsWith('/')", ''],
    ['upper case is handed on', 'origin.toLowerCase() + rest', 'origin + rest'],
    ['any spelling is taken', 'spelt.includes(identifier)', 'true'],
    ['the well-known path at the end', "pathname === '/' ? '' : pathname", "''"],
    ['no query in the well-known path', '${path}${search}', '${path}'],
  ),
  ...of(
    'src/metadata/derived-members.ts',
    metadata,
    ['bearer where none may bear', '!senderConstrained || methods', 'true || methods'],
    ['forms though none are read', "server.formBody ? ['body'] : []", "['body']"],
    ['DPoP as if it were required', 'senderConstrained && others.length === 0', 'true'],
    ['certificates do not count', 'others.length === 0', 'true'],
    ['an issuer that is not trusted', 'all && foreign !== undefined', 'false'],
    ['issuers twice', '[...new Set(verifiers', '[...(verifiers'],
  ),
  ...of(
    'src/metadata/described-resource.ts',
    metadata,
    ['tokens for it are refused', '!audience.some((one)', 'false && !audience.some((one)'],
    ['clients call it elsewhere', 'baseUrls.length > 0', 'false'],
    ['two that differ', 'JSON.stringify(this.#members) !== JSON.stringify(members)', 'false'],
    ['scopes before there are routes', 'this.#document ??= this', 'this.#document = this'],
    ['anything as scopes', 'if (rule.fits(known)) return known', 'return known'],
    ['empty members', 'value !== undefined && !isEmpty(value)', 'value !== undefined'],
  ),
  ...of(
    'src/metadata/resource-metadata-options.ts',
    metadata,
    ['a language and nothing for others', 'if (alone !== undefined)', 'if (false)'],
    ['any language tag', 'isTag && fits(value)', 'fits(value)'],
  ),
  ...of('src/metadata/signed-metadata.ts', metadata, [
    'nobody vouches',
    "iss: members['resource'], ",
    '',
  ]),
  ...of(
    'src/metadata/resource-metadata.ts',
    metadata,
    ['no script may read it', "ctx.set('Access-Control-Allow-Origin', '*')", ''],
    ['no headers in a preflight', "'Access-Control-Allow-Headers': '*',", ''],
    [
      'the shortest path',
      'other.path.length - one.path.length',
      'one.path.length - other.path.length',
    ],
    ['a path without a slash', "(/\\/?([?#].*)?$/s, '/')", "(/\\/?([?#].*)?$/s, '')"],
    ['any method', "ctx.method === 'GET' || ctx.method === 'HEAD'", "ctx.method !== 'OPTIONS'"],
    [
      'a resource that was not asked for',
      '(exact ?? reaching)?.url',
      '(exact ?? reaching ?? described[0])?.url',
    ],
  ),
  ...of('src/protocol/scope.ts', metadata, [
    'offline_access in challenges',
    ' && value !== offlineAccess',
    '',
  ]),
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
  ...of(
    'src/middleware/guard.ts',
    guards,
    [
      'a refusal is forgotten',
      "if (typeof verdict === 'function') {\n        return refuse(",
      "if (typeof verdict === 'function' && false) {\n        return refuse(",
    ],
    [
      'the guard that comes first is told, whatever helps',
      'if (by.rank >= told.by.rank || by.consults?.(auth)) continue',
      'continue',
    ],
    [
      'scopes that have been passed are not asked for',
      '[...passedOf(admission), guard, ...ahead]',
      '[guard, ...ahead]',
    ],
    [
      'anonymous requests pass',
      'return end(guard.demand.guard, admission, new MissingCredentials({ scope }))',
      'return next()',
    ],
  ),
  ...of(
    'src/middleware/guard.ts',
    ['test/rfc9470.test.ts'],
    ['scope is asked for though it is there', 'holds(all, there, includes) ? []', 'false ? []'],
    [
      'what has been passed is not judged again',
      "throw new InvalidToken('changed', `see ${guard.demand.guard}`)",
      'continue',
    ],
  ),
  ...of(
    'src/middleware/route.ts',
    guards,
    ['guards of other methods count', 'methods.includes(method)', 'true'],
    ['guards of routes that are not reached count', 'after.slice(0, route + 1)', 'after'],
    ['the wrong one of two layers counts', 'layer.path === routerPath && has(layer)', 'false'],
    ['what is no layer is taken for one', '.filter(isLayer)', ''],
  ),
  ...of('src/middleware/resource-server.ts', guards, [
    'the bare challenge names no scope',
    'return scope.length === 0 ? bare',
    'return true ? bare',
  ]),
  ...of('src/middleware/auth-state.ts', guards, [
    'anybody’s state is an authentication',
    'if (how !== undefined) return how',
    'return how!',
  ]),
  ...of('src/middleware/require-scope.ts', guards, [
    'the hierarchy does not count',
    'holds(expression, scopes, includes)',
    'holds(expression, scopes, (all, one) => all.has(one))',
  ]),
  ...of(
    'src/protocol/scope-hierarchy.ts',
    ['test/protocol/scope-hierarchy.test.ts'],
    ['circles', 'one === key &&', 'false &&'],
    ['a star counts in every name', "pattern.endsWith('*') ?", 'pattern ?'],
    ['only what is included directly', 'for (const one of found)', 'for (const one of [token])'],
  ),
  ...of(
    'src/protocol/expression.ts',
    ['test/protocol/expression.test.ts'],
    ['any is all', 'expression.anyOf.some(suffices)', 'expression.anyOf.every(suffices)'],
    ['all is any', 'expression.allOf.every(suffices)', 'expression.allOf.some(suffices)'],
    [
      'more is asked for than is needed',
      'includes) ? others : needed',
      'includes) ? needed : needed',
    ],
    ['the first alternative, whatever is lacking', 'lacking(other) < lacking(best)', 'false'],
  ),
  ...of(
    'src/middleware/require-step-up.ts',
    ['test/rfc9470.test.ts'],
    [
      'an acr that is missing counts',
      '!demanded.acrValues ||',
      '!demanded.acrValues || acr === undefined ||',
    ],
    ['an auth_time that is missing counts', ': NaN', ': 0'],
    ['an authentication of the future counts', 'age >= -tolerance && ', ''],
    ['no tolerance', 'age <= maxAge + tolerance', 'age <= maxAge'],
    ['a client is to step up', "if (auth.onBehalfOf === 'client') return noResourceOwner", ''],
    ['either of the two is enough', 'wellEnough && latelyEnough', 'wellEnough || latelyEnough'],
  ),
  ...of(
    'src/protocol/errors.ts',
    ['test/rfc9470.test.ts'],
    ['any max_age', 'isAge(maxAge)', 'true'],
    ['any acr_values', '!acrValues.every(isAcrValue)', 'false'],
  ),
  ...of('src/protocol/errors.ts', guards, [
    'offline_access is asked for',
    '&& token !== offlineAccess',
    '',
  ]),
  ...of(
    'src/middleware/require-authorization-details.ts',
    ['test/rfc9396.test.ts'],
    ['details of any type count', 'each.type === type', 'true'],
    ['none is enough', 'good.length > 0', 'true'],
    ['issues are overlooked', 'if (result.issues !== undefined) return []', ''],
  ),
  ...of(
    'src/middleware/consult.ts',
    ['test/rfc9396.test.ts'],
    ['whatever is truthy is a yes', 'answer === true', 'Boolean(answer)'],
    [
      'the error of a check gets through',
      'throw failed(`failed: ${String(error)}`, error)',
      'throw error',
    ],
  ),
  ...of(
    'src/protocol/claim-forms.ts',
    ['test/rfc9396.test.ts'],
    ['authorization details of any form', 'authorization_details: details,', ''],
  ),
  ...of(
    'src/middleware/require-actor.ts',
    ['test/rfc8693.test.ts'],
    ['an actor of another issuer', '(issuer ?? tokenIssuer) === wanted.issuer', 'true'],
    ['an actor of another name', 'subject === wanted.subject', 'true'],
    ['a delegated token passes as none', 'actor === undefined ? undefined', 'true ? undefined'],
  ),
  ...of(
    'src/middleware/require-audience.ts',
    ['test/rfc8707.test.ts'],
    ['any audience', 'return isMeant ?', 'return true ?'],
    ['a resource with a fragment', '[^\\s#]+$', '\\S+$'],
  ),
  ...of(
    'src/middleware/require-issuer.ts',
    ['test/rfc8707.test.ts'],
    ['any issuer', 'issuers.includes(issuer) ?', 'true ?'],
  ),
  ...of(
    'src/middleware/describe.ts',
    ['test/middleware/describe.test.ts'],
    [
      'middleware of other paths counts',
      'examplesOf(path).some((example) => regexp.test(example))',
      'true',
    ],
    ['middleware after the route counts', 'layers.slice(0, at)', 'layers'],
  ),
  ...of(
    'src/tokens/jwt.ts',
    ['test/tenants.test.ts'],
    ['a tenant that has left is remembered', 'ask(() => issuer.identify(claims)) === iss', 'true'],
  ),
  ...of(
    'src/protocol/ask.ts',
    ['test/tenants.test.ts'],
    ['a function that fails is a 500', 'throw new CheckUnavailable(', 'throw new TypeError('],
  ),
  ...of(
    'src/middleware/guard.ts',
    ['test/middleware/composition.test.ts'],
    ['two guards find for one type', 'if (twice !== undefined) {', 'if (false) {'],
    ['refused requests are put to further checks', ' || by.consults?.(auth)', ''],
  ),
  ...of(
    'src/protocol/challenge.ts',
    ['test/middleware/composition.test.ts'],
    [
      'scope is asked for where another thing lacks',
      "...(error.code === 'insufficient_scope' && { scope: undefined }),",
      '',
    ],
  ),
  ...of(
    'src/tokens/introspection.ts',
    ['test/tokens/introspection-evict.test.ts'],
    ['a revocation is forgotten', 'Math.max(demanded, renewed.get(key) ?? -Infinity)', 'demanded'],
  ),
  ...of(
    'src/tokens/introspection-memory.ts',
    ['test/tokens/introspection-evict.test.ts'],
    ['owners without sub are not evicted', ', this.#options.ownerOf(answer)]', ']'],
  ),
  ...of(
    'src/opentelemetry/instrument.ts',
    telemetry,
    [
      'what fails in telemetry ends the process',
      '  } catch (error) {\n    try {',
      '  } catch (error) {\n    if (error) throw error\n    try {',
    ],
    ['telemetry never ends', ' unsubscribe(name, listener)', ' void listener'],
    [
      'metrics name any number of clients',
      'maxClients = 0 } = options',
      'maxClients = 1000 } = options',
    ],
    [
      'a meter that fails takes the span along',
      'attempt(() => measures.request(message as RequestMessage))',
      'measures.request(message as RequestMessage)',
    ],
  ),
  ...of('src/opentelemetry/few.ts', telemetry, [
    'made-up issuers multiply the time series',
    'met.size < most',
    'true',
  ]),
  ...of('src/opentelemetry/known.ts', telemetry, [
    'what is not known is an attribute',
    'if (attributes[name] !== undefined) ',
    '',
  ]),
  ...of('src/opentelemetry/measures.ts', telemetry, [
    'the global meter provider is asked once',
    'this.#instruments === undefined || provider !== this.#provider',
    'this.#instruments === undefined',
  ]),
  ...of('src/opentelemetry/span-attributes.ts', telemetry, [
    'a refusal passes for an error of the HTTP server',
    "'koa_resource_server.error.type': error",
    "'error.type': error",
  ]),
  ...of('src/opentelemetry/exchange-attributes.ts', telemetry, [
    'a call without an answer is no error',
    "outcome === 'failed' ? 'no_answer' : failureOf(status)",
    'failureOf(status)',
  ]),
  ...of('src/protocol/credentials.ts', bearer, [
    'a token in a form has many spellings',
    '    checkToken68(token)\n',
    '',
  ]),
  ...of(
    'example-api/playground/fields.ts',
    secrecy,
    ['refresh tokens are shown', "  'refreshtoken',\n", ''],
    ['a name in capitals is shown', 'name.toLowerCase()', 'name'],
    ['codes are shown', "  'code',\n", ''],
    ['passwords are shown', "['password', 'pass', 'passcode', 'clientsecret']", '[]'],
    ['the number of a log-in is shown', 'before + shorten(id)', 'before + id'],
    [
      'tokens in odd places are shown',
      'cut.replace(/\\beyJ[\\w-]{10,}(\\.[\\w-]*)*/g, shorten)',
      'cut',
    ],
    [
      'refresh tokens within members are shown',
      "(secret.has(letters) && typeof value === 'string') ? '…' : value",
      "false ? '…' : value",
    ],
  ),
  ...of(
    'example-api/playground/headers.ts',
    [...secrecy, 'test/playground/recording.test.ts'],
    ['cookies are shown', "cookie.split('=')[0]!.trim()", 'cookie'],
    ['client secrets are shown', "scheme.toLowerCase() !== 'basic'", 'true'],
  ),
  ...of(
    'example-api/playground/guards.ts',
    ['test/playground/buttons.test.ts', 'test/playground/server.test.ts'],
    ['pages of any origin may press buttons', 'from !== origin || ', ''],
    ['any site may start a log-in', "(site !== 'same-origin' && site !== 'none')", 'false'],
    ['DNS rebinding leads to the playground', 'ctx.host === host', 'true'],
    ['forms may press buttons', "!ctx.is('application/json')", 'false'],
  ),
  ...of(
    'example-api/playground/authorizations.ts',
    ['test/playground/log-ins.test.ts', 'test/playground/authorizations.test.ts'],
    ['another browser may end a log-in', 'pending.browser !== browserOf(state)', 'false'],
    ['a state is good for ever', '        this.#pending.delete(state)\n', ''],
    ['of two states the first counts', 'another !== undefined || ', ''],
  ),
  ...of(
    'example-api/listening.ts',
    ['test/playground/server.test.ts'],
    [
      'targets that are no paths are answered',
      'if (/^\\/(?!\\/)/.test(request.url!))',
      'if (true)',
    ],
  ),
  ...of(
    'example-api/playground/routes/buttons.ts',
    ['test/playground/buttons.test.ts'],
    ['a token is sent to any server', 'url.origin !== servers.api', 'false'],
  ),
  ...of(
    'example-api/playground/static-files.ts',
    ['test/playground/server.test.ts'],
    ['any file is served', '!/^([a-z][\\w.-]*\\/)*[\\w][\\w.-]*\\.mjs$/i.test(path)', 'false'],
  ),
  ...of(
    'example-api/authorization-server.ts',
    ['test/playground/log-ins.test.ts', 'test/playground/authorization-server.test.ts'],
    ['any origin may call the token endpoint', ' && client.origin === origin', ''],
    ['old keys are no longer published', '[key, ...keys]', '[key]'],
    ['tokens are signed with the old key', '[key, ...keys]', '[...keys, key]'],
  ),
  ...of(
    'example-api/playground/bodies.ts',
    ['test/playground/recording.test.ts'],
    [
      'a body that is slow is waited for',
      'setTimeout(done, patience)',
      'setTimeout(() => {}, patience)',
    ],
  ),
]
