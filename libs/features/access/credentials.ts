import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey } from './admin-key.js';

/** What a newcomer needs to talk to a gateway that was started without configuration. */
export interface Credentials {
  readonly baseUrl: string;
  /** Absent when the operator configured one. */
  readonly adminKey?: string;
  readonly webhooks: readonly { readonly source: string; readonly path: string; readonly secret: string }[];
}

/** Token of the {@link Credentials}; undefined where nothing was generated. */
export const CREDENTIALS = Symbol('Credentials');

export const GENERATED_SOURCE = { name: 'ampeco', tenant: 'demo', secretName: 'generated' } as const;

export function credentialsPath(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/**
 * Reads the generated credentials, making those that are missing. A second start finds the same ones.
 *
 * @throws Error with a text for the operator
 */
export function ensureCredentials(
  dataDir: string,
  wanted: { readonly webhookSource: boolean; readonly adminKey: boolean },
): Credentials {
  try {
    return readOrMake(dataDir, wanted);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new Error(
      `the data directory ${dataDir} cannot be used: ${(error as Error).message}. ` +
        `Give this user write access and room there, or set CHARGELOG_DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}

function readOrMake(
  dataDir: string,
  wanted: { readonly webhookSource: boolean; readonly adminKey: boolean },
): Credentials {
  const path = credentialsPath(dataDir);
  const stored = existsSync(path) ? readStored(path) : {};
  const credentials: Credentials = {
    baseUrl: stored.baseUrl ?? '',
    ...(wanted.adminKey && { adminKey: stored.adminKey ?? generateKey('clk') }),
    webhooks: !wanted.webhookSource
      ? []
      : stored.webhooks !== undefined && stored.webhooks.length > 0
        ? stored.webhooks
        : [
            {
              source: GENERATED_SOURCE.name,
              path: `/webhooks/${GENERATED_SOURCE.name}`,
              secret: generateKey('cls'),
            },
          ],
  };
  writeCredentials(dataDir, credentials);
  return credentials;
}

function readStored(path: string): Partial<Credentials> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Not passed on: its message quotes the text, which holds secrets.
  }
  throw new Error(`${path} is not a credentials file. Mend it, or remove it and new credentials are made.`);
}

/** Written whole or not at all, readable by the owner only from the first byte on. */
export function writeCredentials(dataDir: string, credentials: Credentials): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = credentialsPath(dataDir);
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What refused the writing is what is told.
    }
    throw error;
  }
}
