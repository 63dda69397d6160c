import { pause } from '@chargelog/pipeline';

/** Doubles from `firstMs` with every attempt (counted from 0), never beyond `maxMs`. */
export function backOffMs(attempt: number, firstMs: number, maxMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempt, 20), maxMs);
}

/** Waits for a promise, whatever becomes of it, but no longer than `ms`. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([settled, pause(ms, enough.signal)]);
  enough.abort();
}
