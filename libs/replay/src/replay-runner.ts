import type { StoredEvent } from '@chargelog/domain';
import type { EventReader, ReplayClaim, ReplayFailure, ReplayProgress } from '@chargelog/pipeline';
import { EventSender, type SendResult } from './event-sender.js';
import type { TargetGuard } from './target-guard.js';

const PAGE = 200;
/** Progress is stored at least this often; after a crash at most this much is sent a second time. */
const STORE_EVERY_EVENTS = 50;
const STORE_EVERY_MS = 500;

export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** About a quarter of an hour in all before a replay gives up on an event. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 16, firstDelayMs: 250, maxDelayMs: 120_000 };

export interface ReplayDeps {
  readonly reader: EventReader;
  readonly targets: TargetGuard;
  readonly render: (event: StoredEvent) => string;
  readonly retry: RetryPolicy;
}

/**
 * Sends one replay's events, in feed order, one after the other. States of the job: `running` until the end position
 * is reached (`completed`), an event is refused for good (`failed`, which names it) or somebody cancels (`cancelled`).
 * Stopping the gateway leaves it `running` and unclaimed; the next worker goes on after the stored position. Nothing is
 * skipped: the position only passes an event that was acknowledged with 2xx.
 */
export async function runReplay(claim: ReplayClaim, deps: ReplayDeps, stop: AbortSignal): Promise<void> {
  const { replay } = claim;
  const signal = AbortSignal.any([stop, claim.signal]);
  // Again, because the configuration may have changed since, and an address needs no lookup that would check it.
  const url = await deps.targets.check(replay.targetUrl);
  const sender = new EventSender(url, deps.targets, {
    'chargelog-replay-id': replay.id,
    'user-agent': 'chargelog',
  });
  let progress: ReplayProgress = {
    position: replay.position,
    sentCount: replay.sentCount,
    retryCount: replay.retryCount,
  };
  let storedAt = performance.now();
  let unstored = 0;
  const store = async (): Promise<boolean> => {
    storedAt = performance.now();
    unstored = 0;
    return (await claim.progress(progress)) === 'running';
  };
  try {
    while (progress.position < replay.endPosition) {
      const slice = await deps.reader.feed(progress.position, PAGE, replay.filter);
      for (const event of slice.events) {
        if (event.position > replay.endPosition) break;
        const result = await sendWithRetries(sender, deps, event, signal, () => {
          progress = { ...progress, retryCount: progress.retryCount + 1n };
        });
        if (signal.aborted) return;
        if (!result.ok) {
          await claim.finish('failed', progress, failureOf(event, result, deps.retry.attempts));
          return;
        }
        progress = { ...progress, position: event.position, sentCount: progress.sentCount + 1n };
        unstored += 1;
        const due = unstored >= STORE_EVERY_EVENTS || performance.now() - storedAt >= STORE_EVERY_MS;
        if (due && !(await store())) return;
      }
      const reached = slice.position > replay.endPosition ? replay.endPosition : slice.position;
      if (reached > progress.position) progress = { ...progress, position: reached };
      // Rows up to the end position were committed before it was fixed, so an end of the feed below it means that they
      // do not match (or their number was never used): the replay is through.
      if (!slice.more) progress = { ...progress, position: replay.endPosition };
      if (signal.aborted || !(await store())) return;
    }
    await claim.finish('completed', progress);
  } finally {
    sender.close();
    if (stop.aborted && !claim.signal.aborted) await claim.progress(progress).catch(() => undefined); // else re-sent, never lost
  }
}

async function sendWithRetries(
  sender: EventSender,
  deps: ReplayDeps,
  event: StoredEvent,
  signal: AbortSignal,
  onRetry: () => void,
): Promise<SendResult> {
  const body = deps.render(event);
  for (let attempt = 1; ; attempt += 1) {
    const result = await sender.send(body, signal);
    if (result.ok || signal.aborted || attempt >= deps.retry.attempts) return result;
    onRetry();
    const backOff = Math.min(deps.retry.firstDelayMs * 2 ** (attempt - 1), deps.retry.maxDelayMs);
    const jittered = backOff * (0.75 + Math.random() / 2);
    await pause(Math.min(Math.max(jittered, result.retryAfterMs ?? 0), deps.retry.maxDelayMs), signal);
  }
}

function failureOf(event: StoredEvent, result: SendResult & { ok: false }, attempts: number): ReplayFailure {
  return { eventId: event.id, status: result.status, message: result.message, attempts };
}

/** Waits, or ends at once when there is no reason to go on. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
