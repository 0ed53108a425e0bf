import {
  app,
  briefJob,
  clients,
  nightlyJob,
  ordersApi,
  partner,
  type Registration,
  shop,
  supplier,
  widget,
} from '../registration.ts'

/** The clients as they are registered where the playground runs: there is somebody to return to. */
export interface PlaygroundClients {
  readonly shop: Registration
  readonly partner: Registration
  readonly app: Registration
  readonly nightlyJob: Registration
  readonly briefJob: Registration
  readonly supplier: Registration
  /** A front end without a back end, which runs in the playground's page. */
  readonly page: Registration
  readonly widget: Registration
  /** All that the authorization server is to know. */
  readonly all: readonly Registration[]
}

/** Gives the clients for a playground of this origin. */
export function playgroundClients(origin: string): PlaygroundClients {
  const returning = (client: Registration, path: string): Registration => ({
    ...client,
    redirectUris: [origin + path, ...(client.redirectUris ?? [])],
  })
  const page: Registration = {
    id: 'shop-page',
    name: 'The Shop Page',
    origin,
    grants: ['authorization_code'],
    scopes: { [ordersApi]: 'orders:read orders:write' },
    accessTokens: { format: 'jwt', lifetime: 300 },
  }
  const own = {
    shop: returning(shop, '/callback'),
    partner: returning(partner, '/callback'),
    app: returning(app, '/callback'),
    widget: returning(widget, '/browser-callback'),
    page: returning(page, '/browser-callback'),
  }
  const ids = new Set(Object.values(own).map(({ id }) => id))
  const others = clients.filter(({ id }) => !ids.has(id))
  const all = [...Object.values(own), ...others]
  return { ...own, nightlyJob, briefJob, supplier, all }
}
