/**
 * Checks the URL of an issuer.
 *
 * @param slash Whether this vendor's issuers end with a slash; else it stays as it is given.
 * @throws {TypeError} It is none.
 */
export function issuerUrl(
  factory: string,
  value: string,
  example: string,
  slash?: boolean,
): string {
  const known = typeof value === 'string' && /^https?:\/\/[^/\s?#]+[^\s?#]*$/.test(value)
  if (!known || !URL.canParse(value) || value.includes('/.well-known/')) {
    throw new TypeError(`${factory}() takes the issuer, as in ${example}; got ${show(value)}`)
  }
  if (slash === undefined) return value
  return value.replace(/\/*$/, slash ? '/' : '')
}

/**
 * Checks a host name, of which a URL is made.
 *
 * @throws {TypeError} It is none; a scheme, or a slash at the end, goes.
 */
export function host(factory: string, value: string, example: string): string {
  const bare = typeof value === 'string' ? value.replace(/^https:\/\//, '').replace(/\/$/, '') : ''
  if (/^[\w-]+(\.[\w-]+)+(:\d+)?$/.test(bare)) return bare.toLowerCase()
  throw new TypeError(`${factory}() takes a domain, as in ${example}; got ${show(value)}`)
}

/** Checks a value by its form. @throws {TypeError} It has not that form. */
export function formed(
  factory: string,
  name: string,
  value: string,
  form: RegExp,
  example: string,
): string {
  if (typeof value === 'string' && form.test(value)) return value
  throw new TypeError(`${factory}(): ${name} must be as in ${example}; got ${show(value)}`)
}

/** Checks a list that stands in for the audience. @throws {TypeError} It is empty, or none. */
export function list(
  factory: string,
  name: string,
  value: readonly string[],
  what: string,
): readonly string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : []
  const texts = given.filter((one) => typeof one === 'string' && one !== '')
  if (given.length > 0 && texts.length === given.length) return texts as string[]
  throw new TypeError(`${factory}(): ${name} must be an array of ${what}; got ${show(value)}`)
}

/** Checks that an argument is an object of such members. @throws {TypeError} It is not. */
export function members<Options extends object>(
  factory: string,
  value: Options,
  names: readonly string[],
): Options {
  const unknown =
    typeof value === 'object' && value !== null
      ? Object.keys(value).find((name) => !names.includes(name))
      : ''
  if (unknown === undefined) return value
  const found = unknown === '' ? show(value) : `a member ${unknown}`
  throw new TypeError(`${factory}() takes { ${names.join(', ')} }; got ${found}`)
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : typeof value
}
