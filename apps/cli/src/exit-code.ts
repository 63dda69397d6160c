/** What a command tells the shell. Beyond 2 the numbers are those of sysexits.h. */
export const ExitCode = {
  ok: 0,
  /** The command ran, and its result is not what it should be. */
  differs: 1,
  /** Options, files or keys are not usable; nothing was sent. */
  usage: 2,
  /** What the command talks to does not answer. */
  unavailable: 69,
  /** Something is wrong with the configuration. */
  config: 78,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
