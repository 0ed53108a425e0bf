/** A challenge of `WWW-Authenticate`. (RFC 9110 §11.3) */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const token = /[\w!#$%&'*+\-.^`|~]+/y
const quoted = /"((?:[\t \x21\x23-\x5B\x5D-\x7E]|\\[\t \x21-\x7E])*)"/y

/**
 * Reads challenges as RFC 9110 §11.6.1 has them, and not a character more: throws on anything else,
 * and on a parameter that stands twice.
 */
export function readChallenges(field: string): readonly Challenge[] {
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const [all, value = all] = pattern.exec(field) ?? []
    at += all?.length ?? 0
    return value
  }
  const need = (pattern: RegExp): string => {
    const taken = take(pattern)
    if (taken === undefined) throw new Error(`malformed challenge at ${at}: ${field}`)
    return taken
  }

  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  while (at < field.length) {
    if (challenges.length > 0) need(/, */y)
    const name = need(token)
    if (take(/=/y) !== undefined) {
      const { parameters } = challenges.at(-1)!
      if (Object.hasOwn(parameters, name)) throw new Error(`${name} stands twice: ${field}`)
      parameters[name] = take(quoted) ?? need(token)
    } else {
      const challenge = { scheme: name, parameters: {} as Record<string, string> }
      challenges.push(challenge)
      if (take(/ +/y) !== undefined) {
        const first = need(token)
        need(/=/y)
        challenge.parameters[first] = take(quoted) ?? need(token)
      }
    }
  }
  return challenges
}
