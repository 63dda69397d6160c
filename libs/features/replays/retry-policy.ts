import type { SendResult } from './event-sender.js';
import type { ReplayFailure, ReplayRetry } from './replay.js';

export interface RetryPolicy {
  readonly attempts: number;
  /** Attempts for an event that the target refuses (3xx, 4xx): a short outage of its routes passes, a refusal stays. */
  readonly refusedAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /**
   * How long a replay may try one event, attempts and waits together, before it gives up its place among those that are
   * worked on and waits in the queue instead.
   */
  readonly holdMs: number;
}

/** About a quarter of an hour of waits before a replay gives up on an event; a few seconds when the target refuses it. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 16,
  refusedAttempts: 5,
  firstDelayMs: 250,
  maxDelayMs: 120_000,
  holdMs: 2_000,
};

/** 4xx that speak of the moment, not of the request: RFC 9110 §15.5.9, RFC 4918 §11.3, RFC 8470 §5.2, RFC 6585 §4. */
const PASSING = new Set([408, 423, 425, 429]);

const MESSAGE_LIMIT = 500;

export type FailedAttempt = SendResult & { readonly ok: false };

/** What becomes of an event that was not acknowledged: another attempt after a wait, or the end of the replay. */
export type Verdict =
  | { readonly retry: ReplayRetry; readonly waitMs: number }
  | { readonly retry: undefined; readonly failure: ReplayFailure };

/**
 * @param before the attempts until now, whichever run and instance made them: the limits hold for all of them together.
 */
export function judge(
  eventId: string,
  result: FailedAttempt,
  before: ReplayRetry | undefined,
  policy: RetryPolicy,
): Verdict {
  const refused = isRefusal(result);
  const refusals = (before?.refusals ?? 0) + (refused ? 1 : 0);
  const failure: ReplayFailure = {
    eventId,
    status: result.status,
    message: storable(result.message),
    attempts: (before?.attempts ?? 0) + 1,
  };
  const left = policy.attempts - failure.attempts;
  const attemptsLeft = refused ? Math.min(left, policy.refusedAttempts - refusals) : left;
  if (attemptsLeft <= 0 || result.forbidden) return { retry: undefined, failure };
  return {
    retry: { ...failure, refusals, attemptsLeft },
    waitMs: waitAfter(failure.attempts, result.retryAfterMs, policy),
  };
}

/**
 * Some of these texts are the target's to choose (names in its certificate, say). jsonb refuses U+0000 and lone surrogates,
 * and a failure that cannot be stored would be tried for ever.
 */
export function storable(message: string): string {
  return message.slice(0, MESSAGE_LIMIT).replace(/[\p{Cc}\p{Cs}]/gu, ' ');
}

/** Doubling, give or take a quarter so that replays to one target do not keep step, and no less than the target asks for. */
function waitAfter(attempts: number, retryAfterMs: number | undefined, policy: RetryPolicy): number {
  const backOff = Math.min(policy.firstDelayMs * 2 ** (attempts - 1), policy.maxDelayMs);
  const jittered = backOff * (0.75 + Math.random() / 2);
  return Math.round(Math.min(Math.max(jittered, retryAfterMs ?? 0), policy.maxDelayMs));
}

function isRefusal({ status }: FailedAttempt): boolean {
  return status !== undefined && status >= 300 && status < 500 && !PASSING.has(status);
}
