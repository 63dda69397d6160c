import { ExitCode, IS_IT_RUNNING, UsageError } from '@chargelog/local-gateway';
import { GatewayCallError } from '@chargelog/sdk';

/** What a command prints: lines for a person, or the value itself with `--json`. */
export interface CommandResult {
  readonly value: unknown;
  readonly text: string;
  /** For a person as well, on stderr: what a script that takes the text must not get. */
  readonly note?: string;
  /** Default: ok. */
  readonly code?: ExitCode;
}

/** Runs a command and prints its result, or why there is none. */
export async function printResult(run: () => Promise<CommandResult>, asJson: boolean): Promise<ExitCode> {
  try {
    const { value, text, note, code } = await run();
    process.stdout.write(`${asJson ? JSON.stringify(value, undefined, 2) : text}\n`);
    if (note !== undefined && !asJson) process.stderr.write(`${note}\n`);
    return code ?? ExitCode.ok;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof GatewayCallError)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error instanceof UsageError) return ExitCode.usage;
    if (error.status === undefined) process.stderr.write(`${IS_IT_RUNNING}\n`);
    const isRefused = error.status !== undefined && error.status < 500;
    return isRefused ? ExitCode.usage : ExitCode.unavailable;
  }
}

/** `1 secret`, `2 secrets`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Columns as wide as they need to be, for people. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
