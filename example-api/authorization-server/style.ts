import { createHash } from 'node:crypto'

/** How the authorization server's pages look; nothing is loaded for it. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d2025, #eceef1);
  --quiet: light-dark(#5a606b, #a5acb8);
  --own: light-dark(#9b1fb0, #e396f2);
}
* { box-sizing: border-box }
body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  padding: 1rem;
  background: light-dark(#f7eef9, #1c141e);
  color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: min(26rem, 100%);
  padding: 1.75rem 2rem;
  border-top: 0.35rem solid var(--own);
  border-radius: 0.75rem;
  background: light-dark(#fff, #242028);
  box-shadow: 0 4px 24px rgb(0 0 0 / 10%);
}
h1 { margin: 0 0 0.5rem; font-size: 1.5rem; line-height: 1.25 }
p, ul { margin: 0 0 1rem }
small { display: block; margin-bottom: 0.75rem; color: var(--own); font-weight: 600 }
label { display: block; margin-bottom: 0.25rem; font-weight: 600 }
input {
  width: 100%;
  padding: 0.6rem 0.75rem;
  border: 1px solid light-dark(#6d7480, #8b93a1);
  border-radius: 0.5rem;
  background: light-dark(#fff, #19171b);
  color: inherit;
  font: inherit;
}
button {
  padding: 0.6rem 1.25rem;
  border: 1px solid var(--own);
  border-radius: 0.5rem;
  background: var(--own);
  color: light-dark(#fff, #17181c);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button + button { margin-left: 0.5rem; background: none; color: var(--own) }
:focus-visible { outline: 3px solid var(--own); outline-offset: 2px }
code { overflow-wrap: anywhere; font-size: 0.95em }
[role='alert'] { color: light-dark(#b42318, #ff9b90); font-weight: 600 }
`

/** What lets a page have this style and nothing else. (CSP3 §8.3) */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
