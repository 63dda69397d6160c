import { pause } from './pause.js';

export interface PollLoopOptions {
  /** Ends the loop, and any wait in it, when it is aborted. A look under way is waited for. */
  readonly signal: AbortSignal;
  /** Wait between the end of one look and the beginning of the next. */
  readonly everyMs: number;
  /** Wait after a look that failed; default `everyMs`. */
  readonly afterFailureMs?: number;
  /** Wait before the first look; default none. */
  readonly firstAfterMs?: number;
  readonly look: () => unknown;
  /** Without it a look that fails ends the loop, and the loop rejects with its error. */
  readonly onFailure?: (error: unknown) => void;
}

/** Looks again and again, one look at a time, so that a slow one only delays the next. Resolves when it was aborted. */
export async function pollLoop(options: PollLoopOptions): Promise<void> {
  const { signal, everyMs, afterFailureMs = everyMs, firstAfterMs = 0, look, onFailure } = options;
  if (firstAfterMs > 0) await pause(firstAfterMs, signal);
  while (!signal.aborted) {
    let waitMs = everyMs;
    try {
      await look();
    } catch (error) {
      if (onFailure === undefined) throw error;
      onFailure(error);
      waitMs = afterFailureMs;
    }
    await pause(waitMs, signal);
  }
}
