import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { GatewayError } from '@chargelog/domain';

/** Never a target, whatever the configuration says: link-local (cloud metadata lives there), unspecified, multicast. */
const NEVER = blockList([
  '0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'fe80::/10', 'ff00::/8',
  'fd00:ec2::254/128', '100.100.100.200/32',
]); // prettier-ignore

/** Loopback, private and other addresses of special use (RFC 6890): only where `targets.allow` names them. */
const NOT_PUBLIC = blockList([
  '127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '192.0.2.0/24',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24', '::1/128', 'fc00::/7', '2001:db8::/32',
  '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2002::/16', '2001::/32',
]); // prettier-ignore

/**
 * Decides which hosts a replay may reach. A URL that a caller gives must not turn the gateway into a way into the network
 * it stands in. The decision is made on the address that is really connected to, at the moment of connecting, so a name
 * that resolves differently a second time gains nothing.
 */
export class TargetGuard {
  private readonly allowedNames = new Set<string>();
  private readonly allowedAddresses: { readonly list: BlockList; readonly port: string | undefined }[] = [];

  /** @param allow entries of `targets.allow`: host, host:port, address, address:port or CIDR range. */
  constructor(allow: readonly string[]) {
    for (const entry of allow) {
      const { host, port } = splitPort(entry.toLowerCase());
      if (host.includes('/') || isIP(host) !== 0)
        this.allowedAddresses.push({ list: blockList([host]), port });
      else this.allowedNames.add(port === undefined ? host : `${host}:${port}`);
    }
  }

  /**
   * The checked URL.
   * @throws GatewayError `invalid-body` for what is no usable URL, `target-not-allowed` where the host is an address or
   *   resolves only to addresses that may not be reached; the text names the line to add.
   */
  async check(text: string): Promise<URL> {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const problem =
      url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')
        ? 'must be an http or https URL'
        : url.username !== '' || url.password !== ''
          ? 'must not hold a user name or password'
          : text.length > 2_000
            ? 'must have at most 2,000 characters'
            : undefined;
    if (url === undefined || problem !== undefined) {
      throw new GatewayError('invalid-body', `target.url: ${problem}`, {
        errors: [{ in: 'body', name: 'target.url', reason: problem ?? 'is not a URL' }],
      });
    }
    url.hash = '';
    await new Promise<void>((resolve, reject) => {
      this.lookupFor(url)(bareHost(url), { all: true }, (error) => {
        // A name that does not resolve now may do so later; sending will tell. An address that may not be reached is final.
        if (error instanceof GatewayError) reject(error);
        else resolve();
      });
    });
    return url;
  }

  /** A DNS lookup for connections to this URL that yields only addresses which may be reached. */
  lookupFor(url: URL): LookupFunction {
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const host = bareHost(url);
    const nameAllowed = this.allowedNames.has(host) || this.allowedNames.has(`${host}:${port}`);
    return (hostname, options, callback) => {
      const filter = (error: NodeJS.ErrnoException | null, found: readonly LookupAddress[]): void => {
        if (error !== null) return callback(error, []);
        const usable = found.filter(({ address }) => this.mayReach(address, port, nameAllowed));
        const first = usable[0];
        if (first === undefined) return callback(refusal(host, found[0]?.address), []);
        if (options.all === true) callback(null, usable);
        else callback(null, first.address, first.family);
      };
      if (isIP(hostname) !== 0) filter(null, [{ address: hostname, family: isIP(hostname) }]);
      else
        lookup(hostname, { all: true, verbatim: true }, (error, addresses) => filter(error, addresses ?? []));
    };
  }

  private mayReach(address: string, port: string, nameAllowed: boolean): boolean {
    if (contains(NEVER, address)) return false;
    if (!contains(NOT_PUBLIC, address) || nameAllowed) return true;
    return this.allowedAddresses.some(
      (entry) => (entry.port ?? port) === port && contains(entry.list, address),
    );
  }
}

function refusal(host: string, address: string | undefined): GatewayError {
  const shown = address === undefined || address === host ? host : `${host} (${address})`;
  if (address !== undefined && contains(NEVER, address)) {
    return new GatewayError(
      'target-not-allowed',
      `${shown} is a link-local, metadata or unroutable address; it is never a target.`,
    );
  }
  return new GatewayError(
    'target-not-allowed',
    `${shown} is a loopback or private address. To allow it, add to the configuration:  targets: { allow: ["${host}"] }`,
  );
}

/** BlockList knows IPv4 inside IPv6 (::ffff:a.b.c.d) as IPv6 only; the address it stands for is what counts. */
function contains(list: BlockList, address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? mappedFromHex(address);
  if (mapped !== undefined) return list.check(mapped, 'ipv4');
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function mappedFromHex(address: string): string | undefined {
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (match === null) return undefined;
  const high = Number.parseInt(match[1] as string, 16);
  const low = Number.parseInt(match[2] as string, 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return list;
}

function splitPort(entry: string): { host: string; port: string | undefined } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  if (bracketed !== null) return { host: bracketed[1] as string, port: bracketed[2] };
  const plain = /^([^:]+):(\d+)$/.exec(entry);
  return plain === null ? { host: entry, port: undefined } : { host: plain[1] as string, port: plain[2] };
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}
