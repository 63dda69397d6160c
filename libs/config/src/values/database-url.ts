import { Secret } from './secret.js';
import { readTextFile } from './text-file.js';

/** What the driver makes of `sslmode`; the table in docs/operations.md says the same in words. */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** Parameters that name files of TLS. */
const TLS_FILES = ['sslrootcert', 'sslcert', 'sslkey'];

/** Of libpq: the authorities that the system trusts, which are what the driver trusts without a file. */
const SYSTEM_AUTHORITIES = 'system';

/** A Postgres URL. Secret as a whole, because the password may stand in the authority or in the query. */
export class DatabaseUrl extends Secret {
  /** Server and database, without user, password and parameters: `db.example:5432/chargelog`. */
  describe(): string {
    const url = parse(this.reveal());
    if (url === undefined) return 'unreadable URL';
    const named = url.hostname === NO_HOST ? '' : decodeURIComponent(url.hostname);
    const server = url.searchParams.get('host') ?? named;
    const port = url.port === '' ? '' : `:${url.port}`;
    return `${server === '' ? 'default socket' : server}${port}/${decodeURIComponent(url.pathname.slice(1))}`;
  }

  /**
   * As the driver takes it. It checks a certificate wholly in each mode but `no-verify`, and warns that a later version of
   * it will check less in some; the mode that means the same in both is written in their place.
   */
  forDriver(): string {
    const text = this.reveal();
    if (text.includes('uselibpqcompat=')) return text;
    return text
      .replace(/([?&]sslmode=)(allow|prefer|require|verify-ca)(?=&|$)/, '$1verify-full')
      .replace(/([?&])sslrootcert=system(?=&|$)/, '$1sslmode=verify-full');
  }
}

/** Stands in for the missing host of `postgres://user:password@/name`, which libpq and pg accept and `URL` does not. */
const NO_HOST = 'socket.invalid';

/**
 * Why a text is not a usable Postgres URL, or undefined. Accepts TCP (`postgres://user:password@host:5432/name`) and
 * Unix sockets (`postgres:///name?host=/var/run/postgresql`, `postgres://%2Fvar%2Frun/name`). The reasons never quote
 * the URL. A password with unescaped `#`, `/` or `?` would move into the host or the name and from there into logs,
 * therefore whatever looks like that is refused.
 */
export function databaseUrlProblem(text: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(text)) return 'must start with postgres:// or postgresql://';
  if (/\s/.test(text)) return 'holds white space; a space in a password is written %20';
  const escape = 'percent-encode special characters of the password (# is %23, / is %2F, ? is %3F, @ is %40)';
  const url = parse(text);
  if (url === undefined) return `is not a valid URL; ${escape}`;
  if (url.hash !== '' || text.includes('#')) return `holds a "#", which a Postgres URL cannot; ${escape}`;
  if (url.hostname.includes(','))
    return 'names several hosts; the gateway connects to one (put a proxy in front)';
  const name = url.pathname.slice(1);
  if (name === '') return 'names no database; write postgres://user:password@host:5432/NAME';
  if (/[/@:]/.test(name)) return `has a database name with "/", "@" or ":" in it; ${escape}`;
  if (!hasDecodableParts(url))
    return 'holds a "%" that is not followed by two hexadecimal digits; write it %25';
  return tlsProblem(url.searchParams);
}

function tlsProblem(parameters: URLSearchParams): string | undefined {
  const mode = parameters.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    return `has an sslmode that is none of ${SSL_MODES.join(', ')}`;
  for (const name of TLS_FILES) {
    const path = parameters.get(name);
    if (path === null || (name === 'sslrootcert' && path === SYSTEM_AUTHORITIES)) continue;
    const file = readTextFile(path);
    if (file.outcome === 'missing') return `has ${name}, whose file does not exist`;
    if (file.outcome === 'unusable') return `has ${name}, whose file ${file.why}`;
  }
  return undefined;
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text.replace(/@(?=\/)/, `@${NO_HOST}`));
  } catch {
    return undefined;
  }
}

function hasDecodableParts(url: URL): boolean {
  try {
    for (const part of [url.username, url.password, url.hostname, url.pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
