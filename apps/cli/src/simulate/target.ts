import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage-error.js';

/** Where the notifications go, and what proves who sends them. */
export interface Target {
  /** The gateway's own address, without a slash at the end. */
  readonly baseUrl: string;
  readonly webhookUrl: URL;
  readonly secret: string;
  /** Absent: the gateway cannot be asked what it has. */
  readonly adminKey?: string;
}

export interface TargetOptions {
  /** The gateway or its webhook; default from the credentials. */
  readonly url?: string;
  /** Which webhook of the credentials; default the first. */
  readonly source?: string;
  readonly credentials?: string;
  readonly secretFile?: string;
  readonly adminKeyFile?: string;
}

/** What `npm start` leaves in the data directory. */
interface Credentials {
  readonly baseUrl?: string;
  readonly adminKey?: string;
  readonly webhooks?: readonly { readonly source: string; readonly path: string; readonly secret: string }[];
}

const DEFAULT_SOURCE = 'ampeco';

/**
 * Puts the target together from options, files and the environment. Secrets come from files only, because a command line
 * can be read by every user of the machine.
 *
 * @throws UsageError naming the file and what to do.
 */
export function findTarget(options: TargetOptions, env: NodeJS.ProcessEnv): Target {
  const path = options.credentials ?? join(env['CHARGELOG_DATA_DIR'] || '.chargelog', 'credentials.json');
  // With an address and a secret of their own, a gateway elsewhere needs no credentials file here.
  const needed =
    options.credentials !== undefined || options.url === undefined || options.secretFile === undefined;
  const credentials = readCredentials(path, needed);
  const webhook =
    options.source === undefined
      ? credentials.webhooks?.[0]
      : credentials.webhooks?.find(({ source }) => source === options.source);
  const secret =
    options.secretFile === undefined ? webhook?.secret : readSecret(options.secretFile, 'secret');
  if (secret === undefined) throw new UsageError(noSecret(path, options.source));
  const url = options.url ?? credentials.baseUrl ?? '';
  if (url === '') throw new UsageError(`${path} names no gateway yet. Start one with: npm start`);
  const adminKeyFile = options.adminKeyFile ?? env['CHARGELOG_ADMIN_KEY_FILE'];
  const webhookPath = webhook?.path ?? `/webhooks/${options.source ?? DEFAULT_SOURCE}`;
  const address = addresses(url, webhookPath);
  const adminKey = adminKeyFile
    ? readSecret(adminKeyFile, 'admin key')
    : isSameOrigin(address.webhookUrl, credentials.baseUrl) // the key of one gateway is not shown to another
      ? credentials.adminKey
      : undefined;
  return { ...address, secret, ...(adminKey !== undefined && { adminKey }) };
}

function isSameOrigin(url: URL, text: string | undefined): boolean {
  return text !== undefined && URL.canParse(text) && new URL(text).origin === url.origin;
}

/** An address with a path is the webhook itself; without one it is the gateway. */
function addresses(text: string, webhookPath: string): Pick<Target, 'baseUrl' | 'webhookUrl'> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`${text} is not an address. Write it like http://127.0.0.1:8080`);
  }
  if (url.pathname !== '/') {
    const prefix = url.pathname.replace(/\/webhooks\/.*$/, '').replace(/\/$/, '');
    return { baseUrl: `${url.origin}${url.pathname.includes('/webhooks/') ? prefix : ''}`, webhookUrl: url };
  }
  return { baseUrl: url.origin, webhookUrl: new URL(webhookPath, url) };
}

function readCredentials(path: string, needed: boolean): Credentials {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!needed) return {};
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      missing
        ? `There are no credentials at ${path}. A gateway writes them when it is started without a configuration: npm start\n` +
            'Run this from the same folder, or name the file with --credentials. For a gateway with its own configuration\n' +
            'give --url and --secret-file (and --admin-key-file to have the result checked).'
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

function readSecret(path: string, what: string): string {
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

function noSecret(path: string, source: string | undefined): string {
  return source === undefined
    ? `${path} holds no webhook secret. If the gateway has a configuration of its own, give its secret with --secret-file.`
    : `${path} has no webhook named ${source}. Give its secret with --secret-file, or leave out --source.`;
}
