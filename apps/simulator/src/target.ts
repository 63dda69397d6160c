import {
  assertAddress,
  credentialsPath,
  readCredentials,
  readKey,
  readSecret,
  UsageError,
} from '@chargelog/local-gateway';

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

const DEFAULT_SOURCE = 'ampeco';

/**
 * Puts the target together from options, files and the environment. Secrets come from files only, because a command line
 * can be read by every user of the machine.
 *
 * @throws UsageError naming the file and what to do.
 */
export function findTarget(options: TargetOptions, env: NodeJS.ProcessEnv): Target {
  const path = credentialsPath(options.credentials, env);
  // With an address and a secret of their own, a gateway elsewhere needs no credentials file here.
  const needed =
    options.credentials !== undefined || options.url === undefined || options.secretFile === undefined;
  const credentials = readCredentials(
    path,
    needed ? 'give --url and --secret-file (and --admin-key-file to have the result checked).' : undefined,
  );
  const webhook =
    options.source === undefined
      ? credentials.webhooks?.[0]
      : credentials.webhooks?.find(({ source }) => source === options.source);
  const secret =
    options.secretFile === undefined ? webhook?.secret : readSecret(options.secretFile, 'secret');
  if (secret === undefined) throw new UsageError(noSecret(path, options.source));
  const url = options.url ?? credentials.baseUrl ?? '';
  assertAddress(url, path);
  const adminKeyFile = options.adminKeyFile ?? env['CHARGELOG_ADMIN_KEY_FILE'];
  const webhookPath = webhook?.path ?? `/webhooks/${options.source ?? DEFAULT_SOURCE}`;
  const address = addresses(new URL(url), webhookPath);
  const adminKey = adminKeyFile
    ? readKey(adminKeyFile, 'admin key')
    : isSameOrigin(address.webhookUrl, credentials.baseUrl) // the key of one gateway is not shown to another
      ? credentials.adminKey
      : undefined;
  return { ...address, secret, ...(adminKey !== undefined && { adminKey }) };
}

function isSameOrigin(url: URL, text: string | undefined): boolean {
  return text !== undefined && URL.canParse(text) && new URL(text).origin === url.origin;
}

/** An address with a path is the webhook itself; without one it is the gateway. */
function addresses(url: URL, webhookPath: string): Pick<Target, 'baseUrl' | 'webhookUrl'> {
  if (url.pathname !== '/') {
    const prefix = url.pathname.replace(/\/webhooks\/.*$/, '').replace(/\/$/, '');
    return { baseUrl: `${url.origin}${url.pathname.includes('/webhooks/') ? prefix : ''}`, webhookUrl: url };
  }
  return { baseUrl: url.origin, webhookUrl: new URL(webhookPath, url) };
}

function noSecret(path: string, source: string | undefined): string {
  return source === undefined
    ? `${path} holds no webhook secret. If the gateway has a configuration of its own, give its secret with --secret-file.`
    : `${path} has no webhook named ${source}. Give its secret with --secret-file, or leave out --source.`;
}
