import { backOffMs, pause, type AppendBatch, type AppendOutcome, type EventLog } from '@chargelog/pipeline';

export interface AppendAttempts {
  readonly heartbeatIntervalMs: number;
  /** Keeps the membership of the consumer group; throws when the partition has to be given up. */
  readonly heartbeat: () => Promise<void>;
  /** False when the batch need not be stored any more: closing, or the partition is no longer ours. */
  readonly isWanted: () => boolean;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown, attempt: number) => void;
}

const FIRST_BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 5_000;

/**
 * Appends a batch, and tries the same batch again while the event log is unreachable: skipping it would lose records,
 * and failing would only make the group rebalance round and round. Heartbeats go on meanwhile.
 *
 * @returns the outcomes, or undefined when the batch was given up before it was stored.
 * @throws what `heartbeat` throws.
 */
export async function appendUntilStored(
  eventLog: EventLog,
  batch: AppendBatch,
  attempts: AppendAttempts,
): Promise<readonly AppendOutcome[] | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await appendWithHeartbeats(eventLog, batch, attempts);
    } catch (error) {
      attempts.onTrouble(error, attempt + 1);
    }
    // Not by the clock, which may be set back: the partition would stand still for as long.
    const until = performance.now() + backOffMs(attempt, FIRST_BACK_OFF_MS, MAX_BACK_OFF_MS);
    do {
      if (!attempts.isWanted()) return undefined;
      await pause(Math.min(until - performance.now(), attempts.heartbeatIntervalMs), attempts.signal);
      if (!attempts.isWanted()) return undefined;
      await attempts.heartbeat();
    } while (performance.now() < until);
  }
}

/** A heartbeat that fails here is not lost: the group refuses the next one as well, and that one is awaited. */
async function appendWithHeartbeats(
  eventLog: EventLog,
  batch: AppendBatch,
  attempts: AppendAttempts,
): Promise<readonly AppendOutcome[]> {
  const beat = setInterval(
    () => void attempts.heartbeat().catch(() => undefined),
    attempts.heartbeatIntervalMs,
  );
  try {
    return await eventLog.append(batch);
  } finally {
    clearInterval(beat);
  }
}
