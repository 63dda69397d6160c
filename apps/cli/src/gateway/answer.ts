/** Undefined for text that is no JSON, and for `null`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The sentence of a problem document (RFC 9457), if it is one. */
export function detailOf(answer: unknown): string | undefined {
  const detail = (answer as { readonly detail?: unknown } | undefined)?.detail;
  return typeof detail === 'string' ? detail : undefined;
}

/** Why `fetch` got no answer, in a word where there is one: `ECONNREFUSED`. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return (cause as NodeJS.ErrnoException).code ?? cause.message;
}
