import type { Command } from 'commander';
import { ConfigError, EX_CONFIG, loadConfig, summarize } from '@chargelog/config';
import { ExitCode } from '@chargelog/local-gateway';
import type { Shell } from '../gateway-command.js';

/** `chargelog config check`: what the gateway would read, without starting anything. */
export function addConfigCommand(program: Command, shell: Shell): void {
  program
    .command('config')
    .summary('check the configuration')
    .description('The configuration of the gateway that would start here.')
    .command('check')
    .description(
      'Reads environment and YAML as the gateway would, and names every problem at once. Starts nothing.\n' +
        `Exit codes: 0 it can start, ${EX_CONFIG} it cannot.`,
    )
    .action(() => shell.exit(check()));
}

function check(): ExitCode {
  try {
    const config = loadConfig(process.env, { cwd: process.cwd() });
    process.stdout.write(`${summarize(config).join('\n')}\n\nThe configuration is valid.\n`);
    return ExitCode.ok;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return ExitCode.config;
  }
}
