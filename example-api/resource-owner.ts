import type { Redirect } from './client.ts'
import type { Account } from './registration.ts'
import { UserAgent } from './resource-owner/user-agent.ts'

/** A person, who decides about authorization requests. (RFC 6749 §1.1) */
export interface ResourceOwner {
  readonly allow: Redirect
  readonly deny: Redirect
}

/** Makes a resource owner who logs in and decides on the authorization server's own pages. */
export function resourceOwner({ username, password, oneTimeCode }: Account): ResourceOwner {
  const decide =
    (decision: 'allow' | 'deny'): Redirect =>
    async (authorizationRequest) => {
      const browser = new UserAgent()
      const logInPage = await browser.open(authorizationRequest)
      const asked = logInPage.html?.includes('name="code"') ?? false
      const code = asked ? { code: oneTimeCode } : {}
      const consentPage = await browser.submit(logInPage, { username, password, ...code })
      const { url } = await browser.submit(consentPage, { decision })
      return url
    }
  return { allow: decide('allow'), deny: decide('deny') }
}
