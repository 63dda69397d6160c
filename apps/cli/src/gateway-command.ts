import type { Command } from 'commander';
import { findGateway, type ExitCode, type GatewayAddress } from '@chargelog/local-gateway';
import { GatewayClient } from '@chargelog/sdk';
import { printResult, type CommandResult } from './output.js';

/** Options of every command that asks a gateway. */
export interface GatewayFlags extends GatewayAddress {
  readonly json?: true;
}

/** Takes the exit code of the command that ran. */
export interface Shell {
  readonly exit: (code: ExitCode) => void;
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
      const ask = (): Promise<CommandResult> =>
        run(new GatewayClient(findGateway(flags, process.env)), command);
      shell.exit(await printResult(ask, flags.json === true));
    });
}
