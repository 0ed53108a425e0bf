import { type Playground, startPlayground } from './playground/start.ts'
import { nightlyJob, ada, ordersApi } from './registration.ts'

try {
  const servers = await startPlayground({
    api: port('PORT', 3000),
    issuer: port('AS_PORT', 3001),
    playground: port('PLAYGROUND_PORT', 3002),
  })
  console.log(greeting(servers))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void servers.close())
} catch (error) {
  console.error(explain(error as NodeJS.ErrnoException & { port?: number }))
  process.exitCode = 1
}

function port(variable: string, usual: number): number {
  const given = process.env[variable] ?? String(usual)
  if (/^\d{1,5}$/.test(given) && Number(given) < 65_536) return Number(given)
  throw new Error(`${variable} must be a port, from 0 to 65535 (0 is any free one): got ${given}`)
}

function explain({ code, port, message }: NodeJS.ErrnoException & { port?: number }): string {
  if (code !== 'EADDRINUSE') return message
  return `Port ${port} of 127.0.0.1 is in use. Choose others: PORT=3100 AS_PORT=3101 PLAYGROUND_PORT=3102 npm start`
}

function greeting({ playground, api, mtlsApi, issuer }: Playground): string {
  return `
The playground, to open in a browser:  ${playground}

Resource server (the orders API):  ${api}, with a client certificate ${mtlsApi}
Authorization server:              ${issuer}

Without a token the orders API answers with a challenge:

  curl -si -w '\\n' ${api}/orders

The nightly job gets a token by the client credentials grant, and shows it:

  TOKEN=$(curl -s -u ${nightlyJob.id}:${nightlyJob.secret} \\
    -d grant_type=client_credentials -d resource=${ordersApi} \\
    -d 'scope=${nightlyJob.scopes[ordersApi]}' \\
    ${issuer}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -si -w '\\n' -H "Authorization: Bearer $TOKEN" ${api}/whoami
  curl -si -w '\\n' -H "Authorization: Bearer $TOKEN" ${api}/admin/orders

All grants and refusals, ${ada.username}'s log-in and consent included, in another terminal:

  npm run walkthrough -- --api ${api} --mtls-api ${mtlsApi} --issuer ${issuer}

Ctrl-C ends all of them.
`
}
