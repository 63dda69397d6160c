import type { Command } from 'commander';
import { credentialsPath, readCredentials, readSecret } from '../credentials.js';
import { ExitCode } from '../exit-code.js';
import { UsageError } from '../usage-error.js';
import { GatewayCallError, GatewayClient } from './gateway-client.js';

/** Options of every command that asks a gateway. */
export interface GatewayFlags {
  readonly url?: string;
  readonly credentials?: string;
  readonly keyFile?: string;
  readonly json?: true;
}

/** What a command needs of the world around it. */
export interface Shell {
  readonly exit: (code: ExitCode) => void;
}

/** What a command prints: lines for a person, or the value itself with `--json`. */
export interface CommandResult {
  readonly value: unknown;
  readonly text: string;
  /** Default: ok. */
  readonly code?: ExitCode;
}

/** Gives a command the options that say which gateway, and runs it against that one; `run` gets the command back, parsed. */
export function againstGateway(
  command: Command,
  shell: Shell,
  run: (gateway: GatewayClient, command: Command) => Promise<CommandResult>,
): Command {
  return command
    .option('--url <address>', 'the gateway (default: from the credentials)')
    .option(
      '--credentials <path>',
      'default: $CHARGELOG_DATA_DIR/credentials.json or .chargelog/credentials.json',
    )
    .option(
      '--key-file <path>',
      'file with an API key (default: $CHARGELOG_ADMIN_KEY_FILE, or from the credentials)',
    )
    .option('--json', 'the answer as JSON')
    .action(async () => {
      const flags = command.opts<GatewayFlags>();
      shell.exit(await answer(() => run(findGateway(flags, process.env), command), flags));
    });
}

async function answer(run: () => Promise<CommandResult>, flags: GatewayFlags): Promise<ExitCode> {
  try {
    const { value, text, code } = await run();
    process.stdout.write(`${flags.json === true ? JSON.stringify(value, undefined, 2) : text}\n`);
    return code ?? ExitCode.ok;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof GatewayCallError)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error instanceof UsageError) return ExitCode.usage;
    if (error.status === undefined) {
      process.stderr.write('Is the gateway running? Start it in another terminal: npm start\n');
    }
    const isHere = error.status !== undefined && error.status < 500;
    return isHere ? ExitCode.usage : ExitCode.unavailable;
  }
}

/** @throws UsageError naming what is missing. */
export function findGateway(flags: GatewayFlags, env: NodeJS.ProcessEnv): GatewayClient {
  const keyFile = flags.keyFile ?? env['CHARGELOG_ADMIN_KEY_FILE'];
  const path = credentialsPath(flags.credentials, env);
  const isNeeded = flags.credentials !== undefined || flags.url === undefined || keyFile === undefined;
  const credentials = readCredentials(path, isNeeded ? 'give --url and --key-file.' : undefined);
  const url = flags.url ?? credentials.baseUrl ?? '';
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol)) {
    throw new UsageError(
      url === ''
        ? `${path} names no gateway yet. Start one with: npm start`
        : `${url} is not an address. Write it like http://127.0.0.1:8080`,
    );
  }
  const baseUrl = url.replace(/\/+$/, '');
  const isOwn =
    credentials.baseUrl !== undefined && new URL(credentials.baseUrl).origin === new URL(url).origin;
  // The key of one gateway is not shown to another.
  const key =
    keyFile === undefined ? (isOwn ? credentials.adminKey : undefined) : readSecret(keyFile, 'API key');
  if (key === undefined) throw new UsageError('There is no key for this gateway. Give one with --key-file.');
  return new GatewayClient(baseUrl, key);
}
