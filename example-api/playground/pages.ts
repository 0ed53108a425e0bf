import { createHash } from 'node:crypto'

/** Takes the code out of the address, and ends the window, if the playground has opened it. */
const script = "history.replaceState(null, '', location.pathname); if (opener) close()"

/** What the pages that a client with a back end shows may do. */
export const policy = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  "style-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
].join('; ')

/** A page that says what has come of a log-in, and closes itself where that is all. */
export function outcomePage(title: string, text: string, closes: boolean): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${title}</title>
    <link rel="stylesheet" href="/assets/style.css">
  </head>
  <body class="plain">
    <main>
      <h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/">Back to the playground</a></p>
    </main>${closes ? `\n    <script>${script}</script>` : ''}
  </body>
</html>
`
}
