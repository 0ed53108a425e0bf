/** What stands for a name in the metrics, which must not have too many. */
export type Naming = (name: string | undefined) => string | undefined

/**
 * Makes a function that tells names apart, the first ones it meets: any further one is `_OTHER`, so that
 * whoever makes names up can't multiply what is kept of each.
 *
 * @param most How many; with 0 it names none.
 */
export function few(most: number): Naming {
  const met = new Set<string>()
  return (name) => {
    if (name === undefined || most === 0) return undefined
    if (met.size < most) met.add(name)
    return met.has(name) ? name : '_OTHER'
  }
}
