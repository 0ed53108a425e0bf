/** Whether no name but its own is there in an object. */
export function inheritsNothing(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null
  if (prototype === null) return true
  return (
    Object.isFrozen(prototype) &&
    Reflect.ownKeys(prototype).length === 0 &&
    inheritsNothing(prototype)
  )
}
