import { isIPv4, isIPv6 } from 'node:net';
import { ipv4Bits, ipv6Bits } from '@chargelog/config';

/** An address as a number. IPv4 inside IPv6 (`::ffff:a.b.c.d`) is the IPv4 address it stands for. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

interface IpRange extends IpAddress {
  readonly prefix: number;
}

const MAPPED = 0xffffn;

/** Undefined for what is no address. A zone (`fe80::1%eth0`) is left out: it says which link, not which address. */
export function parseIp(text: string): IpAddress | undefined {
  const address = text.replace(/%.*$/, '');
  if (isIPv4(address)) return { family: 4, bits: ipv4Bits(address) };
  if (!isIPv6(address)) return undefined;
  const bits = ipv6Bits(address);
  return bits >> 32n === MAPPED ? { family: 4, bits: bits & 0xffff_ffffn } : { family: 6, bits };
}

/** Addresses and CIDR ranges. Families are kept apart: `::/3` holds no IPv4 address, as it would for `net.BlockList`. */
export class IpRanges {
  private readonly ranges: readonly IpRange[];

  /** @throws Error for an entry that is neither an address nor a range. */
  constructor(entries: readonly string[]) {
    this.ranges = entries.map(parseRange);
  }

  has({ family, bits }: IpAddress): boolean {
    return this.ranges.some((range) => {
      const free = BigInt((family === 4 ? 32 : 128) - range.prefix);
      return range.family === family && bits >> free === range.bits >> free;
    });
  }
}

function parseRange(entry: string): IpRange {
  const [text = '', length] = entry.split('/');
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${entry} is neither an IP address nor a range`);
  const whole = address.family === 4 ? 32 : 128;
  if (length === undefined) return { ...address, prefix: whole };
  // A range within ::ffff:0:0/96 counts its prefix from the front of the IPv6 address.
  const prefix = Number(length) - (address.family === 4 && isIPv6(text) ? 96 : 0);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > whole) {
    throw new Error(`${entry} has no usable prefix length`);
  }
  return { ...address, prefix };
}
