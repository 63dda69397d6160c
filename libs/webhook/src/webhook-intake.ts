import { GatewayError, newUuidV7, type Delivery, type Source } from '@chargelog/domain';
import { prepare, type AppendOutcome, type Batcher } from '@chargelog/pipeline';
import { RateLimiter, type RateLimit } from './rate-limit.js';
import { signingSecret, verifySignature, type SignatureRules } from './signature.js';

export interface WebhookSource {
  readonly source: Source;
  readonly rules: SignatureRules;
  /** Undefined: as fast as deliveries can be stored. */
  readonly rateLimit?: RateLimit | undefined;
}

/** Called for every delivery that was verified, with the name of the secret that did. */
export type SigningObserver = (source: string, secret: string, at: number) => void;

/** A delivery whose signature is not valid, as it came. */
export interface RejectedRequest {
  readonly source: Source;
  readonly receivedAt: number;
  readonly body: Buffer;
  readonly headers: RequestHeaders;
}

/** Called for every delivery that is answered 401; the answer does not wait for it. */
export type RejectionObserver = (rejected: RejectedRequest) => void;

/** Called once per delivery with what became of it; for metrics. */
export type IntakeObserver = (source: string, outcome: AppendOutcome['outcome'] | 'rejected') => void;

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** From a request's bytes to a durable outcome: authenticate, prepare, append, and only then answer. */
export class WebhookIntake {
  private readonly sources: Map<string, WebhookSource>;
  private observeSigning: SigningObserver = () => undefined;
  private observeRejection: RejectionObserver = () => undefined;
  private readonly limiters = new Map<string, RateLimiter>();

  constructor(
    sources: readonly WebhookSource[],
    private readonly batcher: Batcher,
    private readonly observe: IntakeObserver = () => undefined,
  ) {
    this.sources = new Map(sources.map((entry) => [entry.source.name, entry]));
    for (const { source, rateLimit } of sources) {
      if (rateLimit !== undefined) this.limiters.set(source.name, new RateLimiter(rateLimit));
    }
  }

  /** From the next delivery on the source is verified by exactly these secrets. A source that is not served here is left out. */
  replaceSecrets(
    sourceName: string,
    secrets: readonly { readonly name: string; readonly value: string }[],
  ): void {
    const entry = this.sources.get(sourceName);
    if (entry === undefined) return;
    const keys = secrets.map(({ name, value }) => signingSecret(name, value));
    this.sources.set(sourceName, { ...entry, rules: { ...entry.rules, secrets: keys } });
  }

  /** Tells what was answered 401 from now on. */
  onRejected(observer: RejectionObserver): void {
    this.observeRejection = observer;
  }

  /** Tells which secret verified each delivery from now on. */
  onSigned(observer: SigningObserver): void {
    this.observeSigning = observer;
  }

  /**
   * @returns after the transaction that holds the delivery has committed.
   * @throws GatewayError `not-found` (no such source), `bad-signature`, `rate-limited`, `overloaded`, `store-away`.
   */
  async receive(sourceName: string, body: Buffer, headers: RequestHeaders): Promise<AppendOutcome> {
    const entry = this.sources.get(sourceName);
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
      this.observe(sourceName, 'rejected');
      this.observeRejection({ source: entry.source, receivedAt, body, headers });
      throw new GatewayError(
        'bad-signature',
        headers['x-signature'] === undefined
          ? 'The request has no X-Signature header.'
          : 'X-Signature matches no secret of this source. The secret is the AMPECO API token that created the subscription.',
      );
    }
    this.observeSigning(sourceName, verification.secret, receivedAt);
    // Behind the signature, so that strangers cannot use up what the sender may send.
    const waitSeconds = this.limiters.get(sourceName)?.take() ?? 0;
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
    const outcome = await this.batcher.submit(prepare(delivery));
    this.observe(sourceName, outcome.outcome);
    return outcome;
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
