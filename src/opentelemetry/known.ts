import type { Attributes } from '@opentelemetry/api'

/** The attributes that have a value: one without would make a time series of its own. */
export function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
