const percentEncoded = /%([0-9A-Fa-f]{2})/g
const unreserved = /[\w.~-]/
/** Printable ASCII; no backslash, which some take for a slash, and no userinfo. */
const form = /^https?:\/\/[\w.:[\]-]+(?:[/?#][\x21-\x5B\x5D-\x7E]*)?$/i

/**
 * Whether a proof's `htu` is one of the URLs of a request, both without query and fragment, after
 * syntax- and scheme-based normalisation. (RFC 9449 §4.3, RFC 3986 §6.2.2, §6.2.3)
 */
export function namesOneOf(htu: string, urls: readonly string[]): boolean {
  if (urls.includes(htu)) return true
  const uri = normalise(htu)
  return uri !== undefined && urls.some((url) => normalise(url) === uri)
}

function normalise(uri: string): string | undefined {
  if (!form.test(uri) || !URL.canParse(uri)) return undefined
  const { origin, pathname } = new URL(uri)
  return origin + pathname.replace(percentEncoded, normaliseOctet)
}

/** An octet that needs no encoding stands for itself, and the digits of others are upper case. */
function normaliseOctet(encoded: string, digits: string): string {
  const character = String.fromCharCode(parseInt(digits, 16))
  return unreserved.test(character) ? character : encoded.toUpperCase()
}
