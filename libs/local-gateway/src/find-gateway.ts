import { credentialsPath, readCredentials, readKey, type Credentials } from './credentials.js';
import { UsageError } from './exit-code.js';

/** The options that say which gateway, and with which key. All may be left out. */
export interface GatewayAddress {
  readonly url?: string;
  readonly credentials?: string;
  readonly keyFile?: string;
}

/** Addresses to listen on, not to call: they mean every address of the machine. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::', '[::]'];

/**
 * The gateway that options, credentials file and environment name. In the environment that a configured gateway was
 * started with (`docker exec`, `systemd-run`) no option is needed: it holds the port and the file of the key.
 *
 * @returns its address, without a slash at the end, and an API key.
 * @throws UsageError naming what is missing.
 */
export function findGateway(given: GatewayAddress, env: NodeJS.ProcessEnv): { baseUrl: string; key: string } {
  const keyFile = given.keyFile ?? env['CHARGELOG_ADMIN_KEY_FILE'];
  const path = credentialsPath(given.credentials, env);
  const isNeeded = given.credentials !== undefined || keyFile === undefined;
  const credentials = readCredentials(path, isNeeded ? 'give --url and --key-file.' : undefined);
  const url = given.url ?? credentials.baseUrl ?? (isNeeded ? '' : ownAddress(env));
  assertAddress(url, path);
  const key = keyFile === undefined ? ownKey(credentials, url, path) : readKey(keyFile, 'API key');
  return { baseUrl: url.replace(/\/+$/, ''), key };
}

/** @throws UsageError unless it is an HTTP address; empty text means that the credentials file names none. */
export function assertAddress(url: string, credentialsPath: string): void {
  if (URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)) return;
  throw new UsageError(
    url === ''
      ? `${credentialsPath} names no gateway yet. Start one with: npm start`
      : `${url} is not an address. Write it like http://127.0.0.1:8080`,
  );
}

/** The key of one gateway is not shown to another. */
function ownKey({ baseUrl, adminKey }: Credentials, url: string, path: string): string {
  if (baseUrl !== undefined && new URL(baseUrl).origin !== new URL(url).origin) {
    throw new UsageError(
      `The key in ${path} belongs to ${baseUrl}, not to ${url}. Use that address, or give a key of this gateway with --key-file.`,
    );
  }
  if (baseUrl !== undefined && adminKey !== undefined) return adminKey;
  throw new UsageError('There is no key for this gateway. Give one with --key-file.');
}

function ownAddress(env: NodeJS.ProcessEnv): string {
  const host = env['HOST'] || '127.0.0.1';
  const callable = EVERY_ADDRESS.includes(host) ? '127.0.0.1' : host;
  const inUrl = callable.includes(':') && !callable.startsWith('[') ? `[${callable}]` : callable;
  return `http://${inUrl}:${env['PORT'] || '8080'}`;
}
