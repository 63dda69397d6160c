import { isIP, isIPv4, isIPv6 } from 'node:net';

const LABEL = '[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`);

/** A name or an IP address without brackets. Numbers with dots that are no IPv4 address are not names. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text));
}

/** True for 127.0.0.0/8, ::1 in any spelling and `localhost`: addresses other machines cannot reach. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  if (isIPv6(host)) return new URL(`http://[${host.replace(/%.*$/, '')}]`).hostname === '[::1]';
  return host.toLowerCase() === 'localhost';
}

/** Why a text is not `host:port` (IPv6 as `[address]:port`), or undefined. */
export function hostPortProblem(text: string): string | undefined {
  if (text.includes('://')) return 'must be host:port without a scheme';
  const { host, port } = splitPort(text);
  if (port === undefined)
    return isHost(host) ? 'names no port; write host:port, for Kafka usually host:9092' : HOST_PORT;
  return isHost(host) && isPort(port) ? undefined : HOST_PORT;
}
const HOST_PORT = 'must be host:port, the port from 1 to 65535, an IPv6 address in brackets';

/** Why a text is none of: host, host:port, IP address, CIDR range; or undefined. */
export function targetProblem(text: string): string | undefined {
  if (text.includes('://')) return 'must be a host, host:port, IP address or CIDR range, not a URL';
  if (text.includes('*')) return 'holds a wildcard; name each host, or a CIDR range';
  if (text.includes('/')) return cidrProblem(text);
  const { host, port } = splitPort(text);
  if (isHost(host) && (port === undefined || isPort(port))) return undefined;
  return 'must be a host, host:port, IP address or CIDR range (10.0.0.0/8)';
}

function cidrProblem(text: string): string | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const isRange =
    rest.length === 0 &&
    isIP(address) !== 0 &&
    /^\d{1,3}$/.test(prefix) &&
    Number(prefix) <= (family === 'ipv4' ? 32 : 128);
  if (!isRange) return 'is not a CIDR range; write one like 10.0.0.0/8 or fd00::/8';
  return startsItsRange(address, Number(prefix), family)
    ? undefined
    : `has bits set beyond its prefix /${prefix}; write the first address of the range, or the address alone`;
}

/** True when every bit after the prefix is zero. `10.1.2.3/8` is more often a slip for /32 than meant as 10.0.0.0/8. */
function startsItsRange(address: string, prefix: number, family: 'ipv4' | 'ipv6'): boolean {
  const bits = family === 'ipv4' ? ipv4Bits(address) : ipv6Bits(address);
  const total = family === 'ipv4' ? 32n : 128n;
  return (bits & ((1n << (total - BigInt(prefix))) - 1n)) === 0n;
}

function splitPort(text: string): { host: string; port: string | undefined } {
  if (isIPv6(text)) return { host: text, port: undefined };
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  // Only an IPv6 address stands in brackets.
  if (bracketed !== null)
    return { host: isIPv6(bracketed[1] ?? '') ? (bracketed[1] ?? '') : '', port: bracketed[2] };
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? { host: text, port: undefined }
    : { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** A dotted IPv4 address as a number. */
export function ipv4Bits(address: string): bigint {
  return address.split('.').reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

/** An IPv6 address without a zone, in any spelling, as a number. */
export function ipv6Bits(address: string): bigint {
  // The URL parser writes every spelling (also ::ffff:1.2.3.4) as hexadecimal groups with at most one "::".
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const first = groups(head);
  const last = groups(tail ?? '');
  const zeros = Array<string>(tail === undefined ? 0 : 8 - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
