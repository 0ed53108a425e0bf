import { style } from './style.ts'

/** The page on which the resource owner says who they are. */
export function logInPage(
  clientName: string,
  needsCode: boolean,
  username = '',
  problem = '',
): string {
  return page(
    'Log in',
    markup`
      <p>${clientName} asks for access on your behalf. Log in to decide about it.</p>
      ${problem && markup`<p role="alert">${problem}</p>`}
      <form method="post">
        <p>
          <label for="username">Username</label>
          <input id="username" name="username" value="${username}" autocomplete="username"
            autocapitalize="none" required autofocus>
        </p>
        <p>
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required>
        </p>
        ${needsCode ? codeField() : ''}
        <button type="submit">Log in</button>
      </form>`,
  )
}

const codeField = (): Markup => markup`
        <p>
          <label for="code">One-time code</label>
          <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required>
        </p>`

/** The page on which the resource owner grants or refuses the access that a client asks for. */
export function consentPage(
  clientName: string,
  username: string,
  scopes: readonly string[],
): string {
  return page(
    `Allow ${clientName} access?`,
    markup`
      <p>You are logged in as ${username}. ${clientName} asks for:</p>
      <ul>${scopes.map((scope) => markup`<li><code>${scope}</code></li>`)}</ul>
      <form method="post">
        <button type="submit" name="decision" value="allow">Allow</button>
        <button type="submit" name="decision" value="deny">Deny</button>
      </form>`,
  )
}

/** The page for a request that can't be sent back to its client. */
export function errorPage(error: string, description = ''): string {
  return page('This did not work', markup`<p>${description}</p><p><code>${error}</code></p>`)
}

class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** Puts values into HTML as text, unless they are themselves made so. */
function markup(parts: TemplateStringsArray, ...values: (string | Markup | Markup[])[]): Markup {
  const written = values.map((value) =>
    [value]
      .flat()
      .map((one) => (typeof one === 'string' ? escape(one) : one.text))
      .join(''),
  )
  return new Markup(String.raw({ raw: parts }, ...written))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}

function page(title: string, content: Markup): string {
  return markup`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${title}</title>
    <style>${new Markup(style)}</style>
  </head>
  <body>
    <main>
      <small>Authorization server</small>
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>
`.text
}
