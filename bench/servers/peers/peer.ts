/** Imports a package that only full runs install, so that nothing here depends on its types. */
export async function peer(name: string): Promise<any> {
  return import(name)
}
