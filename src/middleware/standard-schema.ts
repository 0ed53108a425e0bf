/** What a validation comes to. */
type Result<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] }

/** A validator of any make: valibot, zod and others. (Standard Schema v1, https://standardschema.dev) */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** A schema may be a function as well. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  const { '~standard': standard } = (value ?? {}) as Partial<StandardSchema>
  return standard?.version === 1 && typeof standard.validate === 'function'
}
