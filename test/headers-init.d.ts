/** What the MCP SDK's types take from a browser's, which Node.js 20 has not. */
type HeadersInit = ConstructorParameters<typeof Headers>[0]
