import { EventFlag, GatewayError, newUuidV7, type Delivery, type Source } from '@chargelog/domain';
import { PLAIN_FORMAT, prepare, type AppendOutcome, type Batcher } from '@chargelog/pipeline';
import { authenticate, type Authenticated } from './authenticate.js';
import { RateLimiter, type RateLimit } from './rate-limit.js';
import { stampFault } from './stamp-age.js';
import type { WebhookSource, WebhookSources } from './webhook-sources.js';

/**
 * Bodies per source that may be unpacked before anybody has proven to be the sender, and turn out to be signed by nobody:
 * up to 4 MiB each, some 10 ms of one core.
 */
const UNPACKED_IN_VAIN = { perSecond: 10, burst: 50 };

/** A delivery that is not taken, as it came. */
export interface RejectedRequest {
  readonly source: Source;
  readonly receivedAt: number;
  readonly body: Buffer;
  readonly headers: RequestHeaders;
  /** Path it was sent to, where that is no callback URL; otherwise its signature is not valid. */
  readonly misdirectedTo?: string;
}

/** What is reported of each delivery. The answer to the sender never waits for it, so it must return at once. */
export interface IntakeObserver {
  /** What became of a delivery; once per delivery that names a source. */
  delivered(source: string, outcome: AppendOutcome['outcome'] | 'rejected'): void;
  /** Which secret verified a delivery. @param at ms since 1970 UTC */
  signed(source: string, secret: string, at: number): void;
  /** A delivery that is answered 401, or that was sent to a wrong path. */
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
  private readonly unpacking = new Map<string, RateLimiter>();

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
    const authenticated = this.authenticate(entry, body, headers);
    if (authenticated === undefined) {
      this.observer.delivered(sourceName, 'rejected');
      this.observer.rejected({ source: entry.source, receivedAt, body, headers });
      throw new GatewayError(
        'bad-signature',
        headers['x-signature'] === undefined
          ? 'The request has no X-Signature header.'
          : 'X-Signature matches no secret of this source. The secret is the AMPECO API token that created the subscription.',
      );
    }
    const { verification, isPackedSince } = authenticated;
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
    const prepared = prepare(delivery, formatsOf(entry, isPackedSince));
    const outcome = await this.batcher.submit(prepared);
    this.observer.delivered(sourceName, outcome.outcome);
    const isUndated = prepared.outcome === 'event' && (prepared.flags & EventFlag.undated) !== 0;
    return isUndated && outcome.outcome !== 'quarantined' ? { ...outcome, undated: true } : outcome;
  }

  /** Status of an acknowledgement of the source. */
  answerOf(sourceName: string): 200 | 202 | 204 {
    return this.sources.find(sourceName)?.answer ?? 202;
  }

  private authenticate(
    { source, rules }: WebhookSource,
    body: Buffer,
    headers: RequestHeaders,
  ): Authenticated | undefined {
    const signature = single(headers['x-signature']);
    const timestamp = single(headers['x-timestamp']);
    let taken: RateLimiter | undefined;
    const mayUnpack = (): boolean => {
      const limiter = this.unpackingOf(source.name);
      if (limiter.take() > 0) return false;
      taken = limiter;
      return true;
    };
    const authenticated = authenticate({ body, signature, timestamp }, rules, mayUnpack);
    // Only failures count: a sender that always packs after signing is not held up.
    if (authenticated !== undefined) taken?.giveBack();
    return authenticated;
  }

  private unpackingOf(source: string): RateLimiter {
    let limiter = this.unpacking.get(source);
    if (limiter === undefined) this.unpacking.set(source, (limiter = new RateLimiter(UNPACKED_IN_VAIN)));
    return limiter;
  }

  private limiterOf(source: string, limit: RateLimit): RateLimiter {
    let limiter = this.limiters.get(source);
    if (limiter === undefined) this.limiters.set(source, (limiter = new RateLimiter(limit)));
    return limiter;
  }
}

/** What is to be taken off a delivery before it is read. */
export function formatsOf(
  { formats = PLAIN_FORMAT }: Pick<WebhookSource, 'formats'>,
  isPackedSince: boolean,
) {
  return isPackedSince ? (['gzip', ...formats] as const) : formats;
}

/** What explains a delivery later: its content type and coding, and every `x-*` header (X-Timestamp, X-Tenant, X-Webhook-Id …). */
export function kept(headers: RequestHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in headers) {
    if (name !== 'content-type' && name !== 'content-encoding' && !name.startsWith('x-')) continue;
    const value = single(headers[name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
