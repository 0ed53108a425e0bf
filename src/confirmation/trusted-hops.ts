import { BlockList, isIP } from 'node:net'
import type { Rule } from '../protocol/options.ts'

/** What a hop that is trusted must be named by. */
export const hop: Rule = {
  expected: 'an IP address, a network such as 10.0.0.0/8, or unix',
  fits: (value) =>
    value === 'unix' || (typeof value === 'string' && readNetwork(value) !== undefined),
}

/**
 * Makes the test whether a connection comes from one of these hops; an IPv4 address is the same when
 * it is mapped into IPv6.
 *
 * @param hops IP addresses, networks in CIDR notation (RFC 4632 §3.1), and `unix`.
 */
export function trustedHops(
  hops: string | readonly string[],
): (remoteAddress: string | undefined) => boolean {
  const list = new BlockList()
  for (const { address, bits, family } of [hops].flat().flatMap((one) => readNetwork(one) ?? [])) {
    list.addSubnet(address, bits, family)
  }
  const unix = [hops].flat().includes('unix')
  return (remoteAddress) => {
    if (remoteAddress === undefined) return false
    return remoteAddress === 'unix' ? unix : list.check(remoteAddress, familyOf(remoteAddress))
  }
}

interface Network {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

function readNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/')
  const size = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  const bits = length === undefined ? size : Number(length)
  const counts = rest.length === 0 && /^\d{1,3}$/.test(length ?? '0') && bits <= size
  // A zone would be left out of the comparison.
  return size > 0 && counts && !address.includes('%')
    ? { address, bits, family: familyOf(address) }
    : undefined
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
