/** Waits for `ms`, or until the signal is aborted; never rejects. Keeps the process alive while it waits. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** How long to wait after a failed attempt: doubles from `firstMs` with every attempt (counted from 0) up to `maxMs`. */
export function backOffMs(attempt: number, firstMs: number, maxMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempt, 20), maxMs);
}

/** Waits until a promise is settled, however it ends, but no longer than `ms`. The work itself goes on. Never rejects. */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const settled = new AbortController();
  const end = (): void => settled.abort();
  work.then(end, end);
  await pause(ms, settled.signal);
}
