import type { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import { UsageError } from '../usage-error.js';
import { findGateway } from './find-gateway.js';
import { GatewayCallError, type GatewayClient } from './gateway-client.js';

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
  /** For a person as well, on stderr: what a script that takes the text must not get. */
  readonly note?: string;
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
    .option('--url <address>', 'the gateway (default: from the credentials, else $HOST and $PORT)')
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
    const { value, text, note, code } = await run();
    process.stdout.write(`${flags.json === true ? JSON.stringify(value, undefined, 2) : text}\n`);
    if (note !== undefined && flags.json !== true) process.stderr.write(`${note}\n`);
    return code ?? ExitCode.ok;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof GatewayCallError)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error instanceof UsageError) return ExitCode.usage;
    if (error.status === undefined) {
      process.stderr.write(
        'Is the gateway running, and is this its address? To start one here, in another terminal: npm start\n',
      );
    }
    const isHere = error.status !== undefined && error.status < 500;
    return isHere ? ExitCode.usage : ExitCode.unavailable;
  }
}
