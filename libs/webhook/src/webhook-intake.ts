import { EventFlag, GatewayError, newUuidV7, type Delivery, type Source } from '@chargelog/domain';
import { prepare, type AppendOutcome, type Batcher } from '@chargelog/pipeline';
import { RateLimiter, type RateLimit } from './rate-limit.js';
import { verifySignature } from './signature.js';
import { stampFault } from './stamp-age.js';
import type { WebhookSources } from './webhook-sources.js';

/** A delivery whose signature is not valid, as it came. */
export interface RejectedRequest {
  readonly source: Source;
  readonly receivedAt: number;
  readonly body: Buffer;
  readonly headers: RequestHeaders;
}

/** What is reported of each delivery. The answer to the sender never waits for it, so it must return at once. */
export interface IntakeObserver {
  /** What became of a delivery; once per delivery that names a source. */
  delivered(source: string, outcome: AppendOutcome['outcome'] | 'rejected'): void;
  /** Which secret verified a delivery. @param at ms since 1970 UTC */
  signed(source: string, secret: string, at: number): void;
  /** A delivery that is answered 401. */
  rejected(request: RejectedRequest): void;
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What the sender is told of a delivery that is durable. */
export type Acknowledgement = AppendOutcome & {
  /** The body holds no time of its own that counts: copies are known by `X-Timestamp` and within a window alone. */
  readonly undated?: true;
};

/** From a request's bytes to a durable outcome: authenticate, prepare, append, and only then answer. */
export class WebhookIntake {
  private readonly limiters = new Map<string, RateLimiter>();

  constructor(
    private readonly sources: WebhookSources,
    private readonly batcher: Batcher,
    private readonly observer: IntakeObserver,
  ) {}

  /**
   * @returns after the transaction that holds the delivery has committed.
   * @throws GatewayError `not-found` (no such source), `bad-signature`, `rate-limited`, `overloaded`, `store-away`.
   */
  async receive(sourceName: string, body: Buffer, headers: RequestHeaders): Promise<Acknowledgement> {
    const entry = this.sources.find(sourceName);
    if (entry === undefined) {
      throw new GatewayError(
        'not-found',
        'No webhook source has this name. Check the callback URL of the subscription.',
      );
    }
    const receivedAt = Date.now();
    const verification = verifySignature(
      body,
      single(headers['x-signature']),
      single(headers['x-timestamp']),
      entry.rules,
    );
    if (verification === undefined) {
      this.observer.delivered(sourceName, 'rejected');
      this.observer.rejected({ source: entry.source, receivedAt, body, headers });
      throw new GatewayError(
        'bad-signature',
        headers['x-signature'] === undefined
          ? 'The request has no X-Signature header.'
          : 'X-Signature matches no secret of this source. The secret is the AMPECO API token that created the subscription.',
      );
    }
    this.observer.signed(sourceName, verification.secret, receivedAt);
    const fault = stampFault(single(headers['x-timestamp']), verification, entry.rules, receivedAt);
    if (fault !== undefined) {
      // Not kept with the rejections: once its secret is known, nothing of it is left to explain or to admit.
      this.observer.delivered(sourceName, 'rejected');
      throw new GatewayError('bad-signature', fault);
    }
    // Behind the signature, so that strangers cannot use up what the sender may send.
    const waitSeconds =
      entry.rateLimit === undefined ? 0 : this.limiterOf(sourceName, entry.rateLimit).take();
    if (waitSeconds > 0) {
      throw new GatewayError(
        'rate-limited',
        'This source sends more than its rateLimit allows. Send again later.',
        {
          retryAfter: waitSeconds,
        },
      );
    }
    const delivery: Delivery = {
      key: newUuidV7(receivedAt),
      source: entry.source,
      receivedAt,
      body,
      headers: kept(headers),
      verification,
    };
    const prepared = prepare(delivery);
    const outcome = await this.batcher.submit(prepared);
    this.observer.delivered(sourceName, outcome.outcome);
    const isUndated = prepared.outcome === 'event' && (prepared.flags & EventFlag.undated) !== 0;
    return isUndated && outcome.outcome !== 'quarantined' ? { ...outcome, undated: true } : outcome;
  }

  private limiterOf(source: string, limit: RateLimit): RateLimiter {
    let limiter = this.limiters.get(source);
    if (limiter === undefined) this.limiters.set(source, (limiter = new RateLimiter(limit)));
    return limiter;
  }
}

/** What explains a delivery later: its content type and every `x-*` header (X-Timestamp, X-Tenant, X-Webhook-Id …). */
export function kept(headers: RequestHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in headers) {
    if (name !== 'content-type' && !name.startsWith('x-')) continue;
    const value = single(headers[name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
