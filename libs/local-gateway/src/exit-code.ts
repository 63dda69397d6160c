/** What a program tells the shell. Beyond 2 the numbers are those of sysexits.h. */
export const ExitCode = {
  ok: 0,
  /** The program ran, and its result is not what it should be. */
  differs: 1,
  /** Options, files or keys are not usable; nothing was sent. */
  usage: 2,
  /** The gateway or the broker does not answer. */
  unavailable: 69,
  /** Something is wrong with the configuration. */
  config: 78,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The program cannot do what was asked for as it was asked for. The message says what to do; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a person reads when no gateway answers; exit code 69. */
export const IS_IT_RUNNING =
  'Is the gateway running, and is this its address? To start one here, in another terminal: npm start';
