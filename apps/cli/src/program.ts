import { Command, CommanderError } from 'commander';
import { version } from '@chargelog/config';
import { ExitCode } from '@chargelog/local-gateway';
import { addConfigCommand } from './commands/config.command.js';
import { addDoctorCommand } from './commands/doctor.command.js';
import { addKeysCommand } from './commands/keys.command.js';
import { addQuarantineCommand } from './commands/quarantine.command.js';
import { addReindexCommand } from './commands/reindex.command.js';
import { addRejectionsCommand } from './commands/rejections.command.js';
import { addSourcesCommand } from './commands/sources.command.js';
import type { Shell } from './gateway-command.js';

/** The program `chargelog`. Resolves with the exit code; output goes to the process's own streams. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok;
  // Settings are inherited by commands added afterwards.
  const program = new Command('chargelog')
    .description('Tools around the Chargelog gateway.')
    .version(version(), '--version', 'its version, which is that of the gateway it was built with')
    .exitOverride()
    .showHelpAfterError('(--help shows all options)');
  const shell: Shell = { exit: (code) => (exitCode = code) };
  addKeysCommand(program, shell);
  addSourcesCommand(program, shell);
  addDoctorCommand(program, shell);
  addRejectionsCommand(program, shell);
  addQuarantineCommand(program, shell);
  addReindexCommand(program, shell);
  addConfigCommand(program, shell);
  addSimulateHint(program, shell);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already written what is wrong. Its own code is 1 for every misuse, which means something else here.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  return exitCode;
}

/** People look for the simulator here, where the other tools are. "Unknown command" would not tell them where it is. */
function addSimulateHint(program: Command, shell: Shell): void {
  program
    .command('simulate', { hidden: true })
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      process.stderr.write(
        'The simulator is a program of its own. In the folder of Chargelog: npm run simulate -- --help\n',
      );
      shell.exit(ExitCode.usage);
    });
}
