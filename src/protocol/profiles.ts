import * as rule from './options.ts'

/** What a profile demands of an option. */
interface Demand extends rule.Rule {
  /** Where the profile says so. */
  readonly section: string
  /** The value where none is given. */
  readonly preset?: unknown
}

/** A choice among options that a standard makes: its demands by factory and option. */
export interface Profile {
  readonly title: string
  readonly demands: Readonly<Record<string, Readonly<Record<string, Demand>>>>
}

const accepted = ['PS256', 'ES256', 'Ed25519', 'EdDSA']
const isAccepted = (alg: unknown): boolean => accepted.includes(alg as string)
const list = rule.listOf({ expected: accepted.join(' or '), fits: isAccepted })
const algorithms: Demand = { ...list, section: '§5.4.1', preset: accepted }
const clockTolerance: Demand = { ...rule.seconds(10, 60), section: '§5.3.2.1' }
const agent: Demand = {
  expected: 'one that checks certificates, by TLS 1.2 or above',
  fits(value) {
    const { rejectUnauthorized, checkServerIdentity, minVersion } = (value as Agent).options ?? {}
    const late = minVersion === undefined || minVersion === 'TLSv1.2' || minVersion === 'TLSv1.3'
    return rejectUnauthorized !== false && checkServerIdentity === undefined && late
  },
  section: '§5.2.1',
}
const never = { expected: 'left out', fits: (value: unknown) => value === false || value === 0 }
const keeping = rule.oneOrMore(rule.having('one that keeps to profiles', 'under'))

/** `fapi2`: the FAPI 2.0 Security Profile. */
export type ProfileName = 'fapi2'

export const profiles: { readonly [name in ProfileName]: Profile } = {
  fapi2: {
    title: 'FAPI 2.0',
    demands: {
      resourceServer: {
        tokens: { ...keeping, section: '§5.3.4' },
        confirmation: { ...rule.required(keeping), section: '§5.3.4' },
        senderConstrained: {
          expected: 'true',
          fits: (value) => value === true,
          section: '§5.3.4',
          preset: true,
        },
        formBody: { ...never, section: '§5.3.4' },
        insecureHttp: { ...never, section: '§5.2.1' },
        clockTolerance,
      },
      jwt: {
        agent,
        algorithms,
        maxLifetime: {
          expected: 'the short lifetime agreed on, unless introspection() asks about each token',
          fits: () => true,
          required: true,
          section: '§5.3.4',
        },
      },
      introspection: {
        agent,
        maxStale: { ...never, section: '§5.3.4' },
        clientAuth: {
          expected: `one that signs with ${list.expected}, or not at all`,
          fits: (value) => [undefined, ...accepted].includes((value as KeyedAuth).algorithm),
          section: '§5.4.1',
        },
      },
      'introspection, signed': { algorithms },
      dpop: { algorithms, clockTolerance, insecureReplayFallback: { ...never, section: '§6' } },
    },
  },
}

interface Agent {
  readonly options?: {
    readonly rejectUnauthorized?: boolean
    readonly checkServerIdentity?: unknown
    readonly minVersion?: string
  }
}

interface KeyedAuth {
  readonly algorithm?: string
}

/**
 * Completes options as a profile has them.
 *
 * @throws {TypeError} One contradicts it; the message names the option, and where the profile says what.
 */
export function obey<Options extends object>(
  { title, demands }: Profile,
  factory: string,
  options: Options,
): Options {
  const obedient = { ...options } as Record<string, unknown>
  for (const [name, { expected, fits, required, preset, section }] of Object.entries(
    demands[factory] ?? {},
  )) {
    const value = (obedient[name] ??= preset)
    if (value === undefined ? required : !fits(value)) {
      throw new TypeError(`${factory}(): by ${title} ${section}, ${name} must be ${expected}`)
    }
  }
  return obedient as Options
}
