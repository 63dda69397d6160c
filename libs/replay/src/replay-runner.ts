import type { DataForm } from '@chargelog/catalogue';
import type { StoredEvent } from '@chargelog/domain';
import type { EventReader, Replay, ReplayClaim, ReplayFailure } from '@chargelog/pipeline';
import { EventSender, type SendResult } from './event-sender.js';
import { pause } from '@chargelog/pipeline';
import { ReplayLedger } from './replay-ledger.js';
import type { TargetGuard } from './target-guard.js';

const PAGE = 200;
/** How long to wait for the feed's horizon, should it ever stand below the end position. */
const HORIZON_WAIT_MS = 500;

export interface RetryPolicy {
  readonly attempts: number;
  /** Attempts for an event that the target refuses (3xx, 4xx): a short outage of its routes passes, a refusal stays. */
  readonly refusedAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** About a quarter of an hour in all before a replay gives up on an event; a few seconds when the target refuses it. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 16,
  refusedAttempts: 5,
  firstDelayMs: 250,
  maxDelayMs: 120_000,
};

/** 4xx that speak of the moment, not of the request: RFC 9110 §15.5.9, RFC 4918 §11.3, RFC 8470 §5.2, RFC 6585 §4. */
const PASSING = new Set([408, 423, 425, 429]);

export interface ReplayDeps {
  readonly reader: EventReader;
  readonly targets: TargetGuard;
  readonly render: (event: StoredEvent, form: DataForm) => string;
  readonly retry: RetryPolicy;
}

/** How a run ended. After `interrupted` and `stopped` the job is as it was stored, and is taken up again. */
export type RunEnd = 'completed' | 'failed' | 'cancelled' | 'interrupted' | 'stopped';

/**
 * Sends one replay's events, in feed order, one after the other. States of the job: `running` until the end position
 * is reached (`completed`), an event is refused for good (`failed`, which names it) or somebody cancels (`cancelled`).
 * Stopping the gateway leaves it `running` and unclaimed; the next worker goes on after the stored position. Nothing is
 * skipped: the position only passes an event that was acknowledged with 2xx.
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
    const failure = await sendAll(claim, { ...deps, sender, ledger }, signal);
    if (!signal.aborted) {
      const state = failure === undefined ? 'completed' : 'failed';
      await claim.finish(state, ledger.progress, failure);
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

/** Undefined at the end position, or when the signal says that there is no reason to go on. */
async function sendAll(
  { replay }: ReplayClaim,
  run: Run,
  signal: AbortSignal,
): Promise<ReplayFailure | undefined> {
  const { ledger, reader } = run;
  while (ledger.progress.position < replay.endPosition && !signal.aborted) {
    const slice = await reader.feed(ledger.progress.position, PAGE, replay.filter);
    for (const event of slice.events) {
      if (event.position > replay.endPosition) break;
      if (signal.aborted) return undefined;
      const failure = await sendWithRetries(event, { ...run, form: replay.form }, signal);
      if (failure === 'aborted') return undefined;
      if (failure !== undefined) return failure;
      await ledger.countSent(event.position);
    }
    if (signal.aborted) return undefined;
    // Rows up to the horizon are all committed, so an end of the feed there means that what lies between does not match
    // (or its number was never used).
    const through = !slice.more && slice.horizon >= replay.endPosition;
    await ledger.reach(through || slice.position > replay.endPosition ? replay.endPosition : slice.position);
    if (!slice.more && !through) await pause(HORIZON_WAIT_MS, signal);
  }
  return undefined;
}

/** Undefined when the event was acknowledged, also when that came in the moment of an abort. */
async function sendWithRetries(
  event: StoredEvent,
  { sender, ledger, render, retry, form }: Run & Pick<Replay, 'form'>,
  signal: AbortSignal,
): Promise<ReplayFailure | 'aborted' | undefined> {
  let body: string;
  try {
    body = render(event, form);
  } catch (error) {
    // The same event would end every further run, too.
    const message = `the event could not be written as CloudEvents JSON: ${error instanceof Error ? error.message : 'unknown error'}`;
    return { eventId: event.id, status: undefined, message, attempts: 0 };
  }
  for (let attempt = 1; ; attempt += 1) {
    const result = await sender.send(body, signal);
    if (result.ok) return undefined;
    if (signal.aborted) return 'aborted';
    if (attempt >= attemptsFor(result, retry)) {
      return { eventId: event.id, status: result.status, message: result.message, attempts: attempt };
    }
    ledger.countRetry();
    const backOff = Math.min(retry.firstDelayMs * 2 ** (attempt - 1), retry.maxDelayMs);
    const jittered = backOff * (0.75 + Math.random() / 2);
    await pause(Math.min(Math.max(jittered, result.retryAfterMs ?? 0), retry.maxDelayMs), signal);
    if (signal.aborted) return 'aborted';
  }
}

function attemptsFor({ status, forbidden }: SendResult & { ok: false }, retry: RetryPolicy): number {
  if (forbidden) return 1;
  const refused = status !== undefined && status >= 300 && status < 500 && !PASSING.has(status);
  return refused ? Math.min(retry.refusedAttempts, retry.attempts) : retry.attempts;
}
