/** Results that are kept, and characters beyond which a text is not worth keeping. */
const maxResults = 200
const maxSize = 1000

/**
 * Makes a function that reads the same text once: for texts that come again and again, and results that
 * nobody can change.
 */
export function memo<Result>(read: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, Result>()
  return (text) => {
    const known = results.get(text)
    if (known !== undefined || text.length > maxSize) return known ?? read(text)
    const result = read(text)
    if (results.size >= maxResults) results.clear()
    results.set(text, result)
    return result
  }
}
