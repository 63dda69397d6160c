import type { DataForm } from '@chargelog/catalogue';
import type { StoredEvent } from '@chargelog/domain';
import { type EventReader, pause } from '@chargelog/pipeline';
import { EventSender } from './event-sender.js';
import type { Replay, ReplayClaim, ReplayFailure } from './replay.js';
import { ReplayLedger } from './replay-ledger.js';
import { judge, storable, type RetryPolicy } from './retry-policy.js';
import type { TargetPolicy } from './target-policy.js';

const PAGE = 200;
/** How long to wait for the feed's horizon, should it ever stand below the end position. */
const HORIZON_WAIT_MS = 500;

/** A place is kept this long; then, and between two events only, it goes to who has waited for one, if anybody does. */
const TURN_MS = 30_000;

export interface ReplayDeps {
  readonly reader: EventReader;
  readonly targets: TargetPolicy;
  readonly render: (event: StoredEvent, form: DataForm) => string;
  readonly retry: RetryPolicy;
  /** Whether another replay waits for the place of this one. */
  readonly isAwaited: () => Promise<boolean>;
  readonly turnMs?: number;
}

/**
 * How a run ended. After all but the first three the job is unfinished and is taken up again: `postponed` when the wait
 * for its next attempt is over, `yielded` after those that waited, `interrupted` and `stopped` by any worker.
 */
export type RunEnd =
  'completed' | 'failed' | 'cancelled' | 'postponed' | 'yielded' | 'interrupted' | 'stopped';

/**
 * Sends one replay's events, in feed order, one after the other. States of the job: `running` until the end position
 * is reached (`completed`), an event is refused for good (`failed`, which names it) or somebody cancels (`cancelled`).
 * A long wait for another attempt, and stopping the gateway, leave it `running` and unclaimed; the next worker goes on
 * after the stored position, with the attempts already made. Nothing is skipped: the position only passes an event that
 * was acknowledged with 2xx.
 *
 * @throws what storing progress or reading the feed threw.
 */
export async function runReplay(claim: ReplayClaim, deps: ReplayDeps, stop: AbortSignal): Promise<RunEnd> {
  const { replay } = claim;
  const sender = new EventSender(new URL(replay.targetUrl), deps.targets, {
    'chargelog-replay-id': replay.id,
    'user-agent': 'chargelog',
  });
  const ledger = new ReplayLedger(claim);
  const signal = AbortSignal.any([stop, claim.signal, ledger.signal]);
  try {
    const end = await sendAll(replay, { ...deps, sender, ledger }, signal);
    if (!signal.aborted) {
      if (end === 'postponed' || end === 'yielded') return end;
      const state = end === 'through' ? 'completed' : 'failed';
      await claim.finish(state, ledger.progress, end === 'through' ? undefined : end);
      return state;
    }
  } finally {
    sender.close();
    await ledger.close();
  }
  if (ledger.fault !== undefined) throw ledger.fault.error;
  return claim.signal.aborted ? 'interrupted' : ledger.signal.aborted ? 'cancelled' : 'stopped';
}

interface Run extends ReplayDeps {
  readonly sender: EventSender;
  readonly ledger: ReplayLedger;
}

/** What it returns counts only while the signal is not aborted; an abort ends everything at the next step. */
async function sendAll(
  replay: Replay,
  run: Run,
  signal: AbortSignal,
): Promise<'through' | 'postponed' | 'yielded' | ReplayFailure> {
  const { ledger, reader } = run;
  const isTurnOver = turn(run);
  while (ledger.progress.position < replay.endPosition && !signal.aborted) {
    const slice = await reader.feed(ledger.progress.position, PAGE, replay.filter);
    for (const event of slice.events) {
      if (event.position > replay.endPosition || signal.aborted) break;
      const end = await sendWithRetries(event, replay, run, signal);
      if (end !== 'acknowledged') return end;
      await ledger.countSent(event.position);
      if (await isTurnOver()) return 'yielded';
    }
    if (signal.aborted) break;
    // Rows up to the horizon are all committed, so an end of the feed there means that what lies between does not match
    // (or its number was never used).
    const through = !slice.more && slice.horizon >= replay.endPosition;
    await ledger.reach(through || slice.position > replay.endPosition ? replay.endPosition : slice.position);
    if (!slice.more && !through) await pause(HORIZON_WAIT_MS, signal);
    if (await isTurnOver()) return 'yielded';
  }
  return 'through';
}

/** Tells when a replay has had its place for long enough and another one waits. */
function turn({ isAwaited, turnMs = TURN_MS }: ReplayDeps): () => Promise<boolean> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < turnMs) return false;
    since = performance.now();
    return isAwaited();
  };
}

/** `acknowledged` also when that came in the moment of an abort. */
async function sendWithRetries(
  event: StoredEvent,
  replay: Replay,
  { sender, ledger, render, retry: policy }: Run,
  signal: AbortSignal,
): Promise<'acknowledged' | 'postponed' | ReplayFailure> {
  let body: string;
  try {
    body = render(event, replay.form);
  } catch (error) {
    // The same event would end every further run, too.
    const reason = error instanceof Error ? error.message : 'unknown error';
    const message = storable(`the event could not be written as CloudEvents JSON: ${reason}`);
    return { eventId: event.id, status: undefined, message, attempts: 0 };
  }
  const since = performance.now();
  let before = replay.retry?.eventId === event.id ? replay.retry : undefined;
  for (;;) {
    const result = await sender.send(body, signal);
    if (result.ok) return 'acknowledged';
    // An attempt that was cut off says nothing about the target, and does not count.
    if (signal.aborted) return 'postponed';
    const verdict = judge(event.id, result, before, policy);
    if (verdict.retry === undefined) return verdict.failure;
    await ledger.postpone(verdict.retry, verdict.waitMs);
    if (performance.now() - since + verdict.waitMs > policy.holdMs) return 'postponed';
    await pause(verdict.waitMs, signal);
    await ledger.refresh(); // nothing more is sent once a cancellation was answered
    if (signal.aborted) return 'postponed';
    before = verdict.retry;
  }
}
