import { backOffMs, pause, type AppendBatch, type AppendOutcome, type EventLog } from '@chargelog/pipeline';

export interface AppendPatience {
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
export async function appendPatiently(
  eventLog: EventLog,
  batch: AppendBatch,
  patience: AppendPatience,
): Promise<readonly AppendOutcome[] | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await appendWithHeartbeats(eventLog, batch, patience);
    } catch (error) {
      patience.onTrouble(error, attempt + 1);
    }
    // Not by the clock, which may be set back: the partition would stand still for as long.
    const until = performance.now() + backOffMs(attempt, FIRST_BACK_OFF_MS, MAX_BACK_OFF_MS);
    do {
      if (!patience.isWanted()) return undefined;
      await pause(Math.min(until - performance.now(), patience.heartbeatIntervalMs), patience.signal);
      if (!patience.isWanted()) return undefined;
      await patience.heartbeat();
    } while (performance.now() < until);
  }
}

/** A heartbeat that fails here is not lost: the group refuses the next one as well, and that one is awaited. */
async function appendWithHeartbeats(
  eventLog: EventLog,
  batch: AppendBatch,
  patience: AppendPatience,
): Promise<readonly AppendOutcome[]> {
  const beat = setInterval(
    () => void patience.heartbeat().catch(() => undefined),
    patience.heartbeatIntervalMs,
  );
  try {
    return await eventLog.append(batch);
  } finally {
    clearInterval(beat);
  }
}
