import { IpRanges, type IpAddress } from './ip-range.js';

/**
 * Never a target, whatever the configuration says: unspecified, link-local, multicast and reserved addresses, and those
 * where clouds answer questions about their machines (AWS, Alibaba, Azure, Google, Oracle, Scaleway).
 */
const NEVER = new IpRanges([
  '0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '100.100.100.200', '168.63.129.16', '192.0.0.192',
  '::', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254', 'fd20:ce::254', 'fd00:42::42',
]); // prettier-ignore

/**
 * Loopback, private and other addresses of special use (RFC 6890): only where `targets.allow` names them. Of IPv6, only
 * 2000::/3 is handed out for the public, with exceptions for tunnels, documentation and protocol assignments.
 */
const NOT_PUBLIC = new IpRanges([
  '127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '192.0.2.0/24',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24',
  '::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20',
]); // prettier-ignore

const NAT64 = new IpRanges(['64:ff9b::/96']);
const LOCAL_NAT64 = new IpRanges(['64:ff9b:1::/48']);
const TRANSLATED = new IpRanges(['::ffff:0:0:0/96']);
const COMPATIBLE = new IpRanges(['::/96']);
const SIX_TO_FOUR = new IpRanges(['2002::/16']);
const LOOPBACK = 1n;

export type Reach = 'never' | 'restricted' | 'public';

/** Who may be reached at an address: nobody, only what the configuration names, or anybody. */
export function reachOf(address: IpAddress): Reach {
  const embedded = embeddedIpv4(address);
  if (NEVER.has(address) || (embedded !== undefined && NEVER.has(embedded))) return 'never';
  // A network without IPv4 reaches every IPv4 host through this prefix (RFC 6052 §2.1): the host behind it counts.
  if (embedded !== undefined && NAT64.has(address)) return reachOf(embedded);
  return NOT_PUBLIC.has(address) ? 'restricted' : 'public';
}

/** The IPv4 address that a gateway on the way would send to (NAT64, 6to4 and their elders), or undefined. */
function embeddedIpv4(address: IpAddress): IpAddress | undefined {
  if (address.family === 4 || address.bits === LOOPBACK) return undefined;
  if (SIX_TO_FOUR.has(address)) return ipv4(address.bits >> 80n);
  const isInTheEnd = [NAT64, LOCAL_NAT64, TRANSLATED, COMPATIBLE].some((ranges) => ranges.has(address));
  return isInTheEnd ? ipv4(address.bits) : undefined;
}

function ipv4(bits: bigint): IpAddress {
  return { family: 4, bits: bits & 0xffff_ffffn };
}
