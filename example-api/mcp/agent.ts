import { randomUUID } from 'node:crypto'
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type {
  OAuthClientInformationMixed,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js'

/** What the agent keeps of its authorization; where it would open a browser, it notes the address. */
export class Authorization implements OAuthClientProvider {
  /** Where the resource owner is to be sent. */
  request: URL | undefined
  client: OAuthClientInformationMixed | undefined
  granted: OAuthTokens | undefined
  #state = ''
  #codeVerifier = ''

  readonly redirectUrl = 'https://agent.example.com/callback'
  readonly clientMetadata = {
    client_name: 'The Agent',
    redirect_uris: [this.redirectUrl],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }

  state(): string {
    this.#state = randomUUID()
    return this.#state
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.client
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.client = client
  }

  tokens(): OAuthTokens | undefined {
    return this.granted
  }

  saveTokens(tokens: OAuthTokens): void {
    this.granted = tokens
  }

  redirectToAuthorization(request: URL): void {
    this.request = request
  }

  saveCodeVerifier(codeVerifier: string): void {
    this.#codeVerifier = codeVerifier
  }

  codeVerifier(): string {
    return this.#codeVerifier
  }

  /** The code that the authorization server's answer has. @throws {Error} It has none, or answers another request. */
  codeOf({ searchParams }: URL): string {
    const code = searchParams.get('code')
    if (code === null || searchParams.get('state') !== this.#state) {
      throw new Error(`No code: ${searchParams.get('error_description')}`)
    }
    return code
  }
}

/** An agent, which knows the URL of an MCP server, and nothing else. */
export class Agent {
  readonly authorization = new Authorization()
  readonly #url: URL
  #client = new Client({ name: 'agent', version: '1.0.0' })
  #transport: StreamableHTTPClientTransport

  constructor(url: string) {
    this.#url = new URL(url)
    this.#transport = this.#newTransport()
  }

  /** Connects; resolves to where the resource owner must be sent before, if so. */
  async connect(): Promise<URL | undefined> {
    return this.#authorizing(async () => {
      this.#client = new Client({ name: 'agent', version: '1.0.0' })
      await this.#client.connect(this.#transport)
    })
  }

  /** Goes on with what the authorization server has answered. */
  async resume(answer: URL, connected: boolean): Promise<void> {
    await this.#transport.finishAuth(this.authorization.codeOf(answer))
    if (connected) return
    this.#transport = this.#newTransport()
    await this.connect()
  }

  async tools(): Promise<readonly string[]> {
    const { tools } = await this.#client.listTools()
    return tools.map(({ name }) => name)
  }

  /** Calls a tool; resolves to what it says, or to where the resource owner must be sent before. */
  async call(name: string): Promise<URL | string> {
    let said = ''
    const request = await this.#authorizing(async () => {
      const { content } = await this.#client.callTool({ name })
      said = (content as readonly { readonly text: string }[])[0]!.text
    })
    return request ?? said
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async #authorizing(run: () => Promise<void>): Promise<URL | undefined> {
    try {
      await run()
      return undefined
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error
      return this.authorization.request
    }
  }

  #newTransport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(this.#url, { authProvider: this.authorization })
  }
}
