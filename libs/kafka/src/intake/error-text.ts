/** What went wrong, as one sentence for health and logs, down to the cause the client wrapped. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to several addresses is an AggregateError without a message of its own.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const text = error.message === '' ? (inner === undefined ? error.name : errorText(inner)) : error.message;
  const cause = error.cause instanceof Error ? errorText(error.cause) : undefined;
  return cause === undefined || text.includes(cause) ? text : `${text}: ${cause}`;
}
