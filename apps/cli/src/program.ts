import { Command, CommanderError } from 'commander';
import { version } from '@chargelog/config';
import { addConfigCommand } from './commands/config.command.js';
import { addDoctorCommand } from './commands/doctor.command.js';
import { addKeysCommand } from './commands/keys.command.js';
import { addQuarantineCommand } from './commands/quarantine.command.js';
import { addReindexCommand } from './commands/reindex.command.js';
import { addRejectionsCommand } from './commands/rejections.command.js';
import { addSimulateCommand } from './commands/simulate.command.js';
import { addSourcesCommand } from './commands/sources.command.js';
import { ExitCode } from './exit-code.js';

/** The program `chargelog`. Resolves with the exit code; output goes to the process's own streams. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok;
  // Settings are inherited by commands added afterwards.
  const program = new Command('chargelog')
    .description('Tools around the Chargelog gateway.')
    .version(version(), '--version', 'its version, which is that of the gateway it was built with')
    .exitOverride()
    .showHelpAfterError('(--help shows all options)');
  const exit = (code: ExitCode): void => {
    exitCode = code;
  };
  addSimulateCommand(program, exit);
  addKeysCommand(program, { exit });
  addSourcesCommand(program, { exit });
  addDoctorCommand(program, { exit });
  addRejectionsCommand(program, { exit });
  addQuarantineCommand(program, { exit });
  addReindexCommand(program, { exit });
  addConfigCommand(program, { exit });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already written what is wrong. Its own code is 1 for every misuse, which means something else here.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  return exitCode;
}
