/** The command cannot do what was asked for as it was asked for. The message says what to do; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
