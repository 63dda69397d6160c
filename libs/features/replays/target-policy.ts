import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { GatewayError } from '@chargelog/domain';
import { reachOf } from './address-reach.js';
import { IpRanges, parseIp } from './ip-range.js';

/** A name server that does not answer must not hold up the caller; what the name resolves to is checked again when sending. */
const LOOKUP_LIMIT_MS = 5_000;

/** Both would stand in the database, and whoever may see replays could read them. */
const CREDENTIALS =
  'must not hold a user name or password. A receiver that needs proof of the sender can ask for a token in the query (https://host/path?token=…), which is in no answer and is erased when the replay ends, or take requests from the address of the gateway only';

/**
 * Decides which hosts a replay may reach. A URL that a caller gives must not turn the gateway into a way into the network
 * it stands in. The decision is made on the address that is really connected to, at the moment of connecting, so a name
 * that resolves differently a second time gains nothing.
 */
export class TargetPolicy {
  private readonly allowedNames = new Set<string>();
  private readonly allowedAddresses: { readonly ranges: IpRanges; readonly port: string | undefined }[] = [];

  /** @param allow entries of `targets.allow`: host, host:port, address, address:port or CIDR range. */
  constructor(allow: readonly string[]) {
    for (const entry of allow) {
      const { host, port } = splitPort(entry);
      if (host.includes('/') || isIP(host) !== 0)
        this.allowedAddresses.push({ ranges: new IpRanges([host]), port });
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
          ? CREDENTIALS
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
      const timer = setTimeout(resolve, LOOKUP_LIMIT_MS);
      this.lookupFor(url)(bareHost(url), { all: true }, (error) => {
        clearTimeout(timer);
        // A name that does not resolve now may do so later; sending will tell. An address that may not be reached is final.
        if (error instanceof GatewayError) reject(error);
        else resolve();
      });
    });
    return url;
  }

  /**
   * Why an address in the URL may not be reached, or undefined. A connection to an address does no lookup, so nothing
   * else would stop it; a name is left to {@link lookupFor}.
   */
  refusalOf(url: URL): GatewayError | undefined {
    const host = bareHost(url);
    if (isIP(host) === 0) return undefined;
    return this.mayReach(host, portOf(url), false) ? undefined : refusal(host, host);
  }

  /** A DNS lookup for connections to this URL that yields only addresses which may be reached. */
  lookupFor(url: URL): LookupFunction {
    const port = portOf(url);
    const host = bareHost(url);
    const name = withoutRootDot(host);
    const nameAllowed = this.allowedNames.has(name) || this.allowedNames.has(`${name}:${port}`);
    return (hostname, options, callback) => {
      const filter = (error: NodeJS.ErrnoException | null, found: readonly LookupAddress[]): void => {
        if (error !== null) return callback(error, []);
        const usable = found.filter(({ address }) => this.mayReach(address, port, nameAllowed));
        const first = usable[0];
        if (first === undefined) {
          const refused = found[0]?.address;
          return callback(refused === undefined ? notFound(hostname) : refusal(host, refused), []);
        }
        if (options.all === true) callback(null, usable);
        else callback(null, first.address, first.family);
      };
      if (isIP(hostname) !== 0) filter(null, [{ address: hostname, family: isIP(hostname) }]);
      else
        lookup(hostname, { all: true, verbatim: true }, (error, addresses) => filter(error, addresses ?? []));
    };
  }

  private mayReach(text: string, port: string, nameAllowed: boolean): boolean {
    const address = parseIp(text);
    const reach = address === undefined ? 'never' : reachOf(address);
    if (address === undefined || reach === 'never') return false;
    if (reach === 'public' || nameAllowed) return true;
    return this.allowedAddresses.some((entry) => (entry.port ?? port) === port && entry.ranges.has(address));
  }
}

function refusal(host: string, refused: string): GatewayError {
  const shown = refused === host ? host : `${host} (${refused})`;
  const address = parseIp(refused);
  if (address === undefined || reachOf(address) === 'never') {
    return new GatewayError(
      'target-not-allowed',
      `${shown} is a link-local, metadata or unroutable address; it is never a target.`,
    );
  }
  return new GatewayError(
    'target-not-allowed',
    `${shown} is a loopback or private address. To allow it, add to the configuration:  targets: { allow: ["${withoutRootDot(host)}"] }`,
  );
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
}

/** Host and port of an entry, the host as the URL parser would write it, so that both are compared in one spelling. */
function splitPort(entry: string): { host: string; port: string | undefined } {
  const [, bracketed, behind] = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { host: bracketed, port: portText(behind) };
  if (entry.includes('/') || isIP(entry) !== 0) return { host: entry, port: undefined };
  const [, plain = entry, port] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
  const host = URL.canParse(`http://${plain}`) ? new URL(`http://${plain}`).hostname : plain.toLowerCase();
  return { host: withoutRootDot(host), port: portText(port) };
}

function portText(port: string | undefined): string | undefined {
  return port === undefined ? undefined : String(Number(port));
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

/** `localhost.` is `localhost`: the dot only says that no search domain is to be tried. */
function withoutRootDot(host: string): string {
  return host.replace(/\.$/, '');
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
