import { GatewayError, newDeliveryKey, type Delivery, type Source } from '@chargelog/domain';
import { prepare, type AppendOutcome, type Batcher } from '@chargelog/pipeline';
import { verifySignature, type SignatureRules } from './signature.js';

export interface WebhookSource {
  readonly source: Source;
  readonly rules: SignatureRules;
}

/** Called once per delivery with what became of it; for metrics. */
export type IntakeObserver = (source: string, outcome: AppendOutcome['outcome'] | 'rejected') => void;

type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** From a request's bytes to a durable outcome: authenticate, prepare, append, and only then answer. */
export class WebhookIntake {
  private readonly sources: ReadonlyMap<string, WebhookSource>;

  constructor(
    sources: readonly WebhookSource[],
    private readonly batcher: Batcher,
    private readonly observe: IntakeObserver = () => undefined,
  ) {
    this.sources = new Map(sources.map((entry) => [entry.source.name, entry]));
  }

  /**
   * @returns after the transaction that holds the delivery has committed.
   * @throws GatewayError `not-found` (no such source), `bad-signature`, `overloaded`, `store-away`.
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
      throw new GatewayError(
        'bad-signature',
        headers['x-signature'] === undefined
          ? 'The request has no X-Signature header.'
          : 'X-Signature matches no secret of this source. The secret is the AMPECO API token that created the subscription.',
      );
    }
    const delivery: Delivery = {
      key: newDeliveryKey(receivedAt),
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
function kept(headers: RequestHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in headers) {
    if (name !== 'content-type' && !name.startsWith('x-')) continue;
    const value = single(headers[name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
