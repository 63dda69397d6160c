import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './exit-code.js';

/** What `npm start` leaves in the data directory. */
export interface Credentials {
  readonly baseUrl?: string;
  readonly adminKey?: string;
  readonly webhooks?: readonly { readonly source: string; readonly path: string; readonly secret: string }[];
}

export function credentialsPath(named: string | undefined, env: NodeJS.ProcessEnv): string {
  return named ?? join(env['CHARGELOG_DATA_DIR'] || '.chargelog', 'credentials.json');
}

/**
 * @param instead what to give where there is no such file; undefined: it may be missing.
 * @throws UsageError when it cannot be used, or is missing though it is needed.
 */
export function readCredentials(path: string, instead: string | undefined): Credentials {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (instead === undefined) return {};
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      missing
        ? `There are no credentials at ${path}. A gateway writes them when it is started without a configuration: npm start\n` +
            `Run this from the same folder, or name the file with --credentials. For a gateway with its own configuration\n${instead}`
        : `${path} cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // The parser's message would quote the text, and the text holds secrets.
  }
  throw new UsageError(`${path} is not a credentials file: it does not hold a JSON object.`);
}

/** The text of a file that holds one secret. */
export function readSecret(path: string, what: string): string {
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`The ${what} in ${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (secret === '') throw new UsageError(`The file ${path} is empty; it should hold the ${what}.`);
  return secret;
}

/** A secret that goes into a header. A file of something else is refused here, by name, and not by the HTTP client. */
export function readKey(path: string, what: string): string {
  const key = readSecret(path, what);
  if (/^[\x20-\x7e]+$/.test(key)) return key;
  throw new UsageError(`The file ${path} does not hold the ${what}: a key is one line of plain characters.`);
}
