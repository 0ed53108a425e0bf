/** Protects one route with the package, and asks for it without a token, with one, with a weak one, and with one bound to a key. */
module.exports = async function tryOut(
  Koa,
  Router,
  {
    jwt,
    requireScope,
    resourceServer,
    requireNoActor,
    dpop,
    mtls,
    redisStore,
    resourceMetadata,
    oidcProvider,
    instrument,
  },
  testing,
) {
  const audience = 'https://api.example.com'
  const stop = instrument?.()
  const as = await testing.authorizationServer({ audience })
  const router = new Router()
  router.get('/orders', requireScope('orders:read'), requireNoActor(), (ctx) => {
    ctx.body = ctx.state.auth.resourceOwner
  })
  const app = new Koa()
  const replay = redisStore(async () => 'OK')
  const confirmation = [dpop({ replay }), mtls()]
  const metadata = resourceMetadata({ resource: audience })
  const tokens = jwt(oidcProvider(as.issuer))
  app.use(resourceServer({ audience, tokens, confirmation, metadata }))
  app.use(router.routes())
  const server = app.listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))

  const ask = async (headers) => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}/orders`, { headers })
    await response.body?.cancel()
    return response.status
  }
  const bearing = (token) => ({ Authorization: `Bearer ${token}` })
  const key = await testing.dpopKey()
  const bound = await as.accessToken({ scope: 'orders:read', cnf: { jkt: key.jkt } })
  const proof = await key.proof({ url: `${audience}/orders`, token: bound })
  const { port } = server.address()
  const wellKnown = await fetch(`http://127.0.0.1:${port}/.well-known/oauth-protected-resource`)
  const { resource } = await wellKnown.json()
  if (resource !== audience) throw new Error(`Described ${resource}`)
  const answers = [
    await ask({}),
    await ask(bearing(await as.accessToken({ scope: 'orders:read' }))),
    await ask(bearing(await as.accessToken())),
    await ask(bearing(bound)),
    await ask({ Authorization: `DPoP ${bound}`, DPoP: proof }),
  ]
  server.closeAllConnections()
  server.close()
  await as.close()
  stop?.()
  if (answers.join() !== '401,200,403,401,200') throw new Error(`Answered ${answers.join()}`)
}
