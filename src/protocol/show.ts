/** A value as an operator may read it in a log. */
export function show(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  return json?.slice(0, 200).replace(/[\u007F-\uFFFF]/g, '?') ?? 'missing'
}
