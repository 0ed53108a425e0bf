import type { Table } from '../table.ts'
import { dpopTable } from './dpop.ts'
import { herd } from './herd.ts'
import { importTime } from './import-time.ts'
import { inProcess } from './in-process.ts'
import { installSize } from './install-size.ts'
import { newOpaque, seenOpaque } from './introspection.ts'
import { newTokens, sameToken, thousandTokens } from './jwt.ts'
import { memory } from './memory.ts'
import { profile } from './profile.ts'
import { refusals } from './refusals.ts'
import { tracing } from './tracing.ts'

export const tables: readonly Table[] = [
  sameToken,
  thousandTokens,
  newTokens,
  inProcess,
  dpopTable,
  seenOpaque,
  newOpaque,
  herd,
  refusals,
  memory,
  tracing,
  importTime,
  installSize,
  profile,
]
