import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Whom the password is for; the driver gives its parameters of the connection. */
export interface PasswordOwner {
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly database?: string | null;
  readonly user?: string | null;
}

const OTHERS = 0o077;

/** Neither a setting nor a password file has a password for a server that asks for one, or the one there is cannot be read. */
export class NoPasswordError extends Error {}

/**
 * The password of libpq's password file (`PGPASSFILE`, else `~/.pgpass`), read anew for each connection: lines of
 * `host:port:database:user:password`, of which the first that fits counts; `*` fits everything, `\` escapes `:` and `\`.
 *
 * @throws NoPasswordError
 * @see PostgreSQL documentation, "The Password File"
 */
export function passFilePassword(owner?: PasswordOwner): string {
  const path = process.env['PGPASSFILE'] ?? join(homedir(), '.pgpass');
  const text = readPrivate(path, process.env['PGPASSFILE'] !== undefined);
  const wanted = [
    owner?.host == null || owner.host.startsWith('/') ? 'localhost' : owner.host,
    String(owner?.port ?? 5432),
    owner?.database ?? '',
    owner?.user ?? '',
  ];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = splitLine(line);
    const fits = wanted.every((value, at) => fields[at] === '*' || unescaped(fields[at] ?? '') === value);
    if (fields.length > wanted.length && fits) return unescaped(fields.slice(wanted.length).join(':'));
  }
  throw new NoPasswordError(
    text === ''
      ? 'the server asks for a password, and none is set'
      : `the server asks for a password, and ${path} has no line for this host, port, database and user`,
  );
}

function readPrivate(path: string, isNamed: boolean): string {
  try {
    const { mode } = statSync(path);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw new NoPasswordError(`the password file ${path} can be read by others; run chmod 600 on it`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof NoPasswordError) throw error;
    if (!isNamed) return '';
    throw new NoPasswordError(`PGPASSFILE names ${path}, which cannot be read`, { cause: error });
  }
}

/** At colons that are not escaped; the escapes stay. */
function splitLine(line: string): string[] {
  return line.match(/(?:^|:)((?:\\.|[^:\\])*)/g)?.map((part, at) => (at === 0 ? part : part.slice(1))) ?? [];
}

function unescaped(field: string): string {
  return field.replaceAll(/\\(.)/g, '$1');
}
