/** Longest wait of any test for something that happens elsewhere; one place, so that a slow machine needs one change. */
const DEFAULT_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 25;

/**
 * Looks until what it sees satisfies, and returns it. Waits for the thing itself, not for the clock; the limit only ends
 * a test that would never end.
 *
 * @throws Error with what was last seen.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  satisfies: (seen: T) => boolean,
  options: { readonly timeoutMs?: number } = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (satisfies(seen)) return seen;
    if (performance.now() > giveUpAt) {
      throw new Error(`not seen within ${timeoutMs} ms; last seen: ${show(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  );
  return (text ?? String(value)).slice(0, 2_000);
}
