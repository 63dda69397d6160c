import type { Source } from '@chargelog/domain';
import { AtMostEvery } from '@chargelog/pipeline';
import { RateLimiter } from './rate-limit.js';
import { verifySignature } from './signature.js';
import { single, type RejectedRequest, type RequestHeaders } from './webhook-intake.js';
import type { WebhookSources } from './webhook-sources.js';

export interface MisdirectedRequest {
  /** As it was sent; may hold a query string. */
  readonly target: string;
  readonly receivedAt: number;
  readonly body: Buffer;
  readonly headers: RequestHeaders;
}

/** What is reported of deliveries that were sent to no callback URL. Must return at once. */
export interface MisdirectedObserver {
  /** One whose source is known, to be kept. */
  rejected(request: RejectedRequest): void;
  /** Now and then, for people. */
  warn(fields: {
    readonly source: string | undefined;
    readonly path: string;
    readonly rightPath: string;
  }): void;
}

/** Verifying may hash a large body with every secret there is; beyond this many the path alone is asked. */
const LOOKED_AT = { perSecond: 10, burst: 50 };
const WARN_EVERY_MS = 60_000;
const LONGEST_PATH = 200;
/** A longer part of a path may be a token that belongs to nobody's log. */
const LONGEST_PART = 40;

/**
 * Signed POSTs that were sent to a path where nothing is received: a subscription with a mistyped callback URL. Nothing of
 * it reaches a source, so nobody would notice; here they are counted, told with the URL they should have, and kept like
 * deliveries with a wrong signature, so that they can be admitted when the URL is right.
 */
export class MisdirectedDeliveries {
  private readonly limiter = new RateLimiter(LOOKED_AT);
  private readonly warnings = new AtMostEvery(WARN_EVERY_MS);

  constructor(
    private readonly sources: WebhookSources,
    private readonly observer: MisdirectedObserver,
    /** Path prefix of the gateway, or ''. */
    private readonly basePath = '',
  ) {}

  /** Never throws and never waits. @returns the source it belongs to; undefined where nothing tells */
  notice({ target, receivedAt, body, headers }: MisdirectedRequest): Source | undefined {
    const path = pathOf(target);
    const source =
      (this.limiter.take() === 0 ? this.signerOf(body, headers) : undefined) ?? this.namedIn(path);
    if (source !== undefined)
      this.observer.rejected({ source, receivedAt, body, headers, misdirectedTo: path });
    if (this.warnings.allows(source?.id ?? 0))
      this.observer.warn({
        source: source?.name,
        path,
        rightPath: `${this.basePath}/webhooks/${source?.name ?? '{source}'}`,
      });
    return source;
  }

  /** The source one of whose secrets has signed it. */
  private signerOf(body: Buffer, headers: RequestHeaders): Source | undefined {
    const signature = single(headers['x-signature']);
    const timestamp = single(headers['x-timestamp']);
    for (const { source, rules } of this.sources.all())
      if (verifySignature(body, signature, timestamp, rules) !== undefined) return source;
    return undefined;
  }

  /** The source whose name is a part of the path; where there is but one, that one. */
  private namedIn(path: string): Source | undefined {
    const sources = [...this.sources.all()].map(({ source }) => source);
    const parts = new Set(path.toLowerCase().split('/'));
    return sources.length === 1 ? sources[0] : sources.find(({ name }) => parts.has(name));
  }
}

/** Without the query string, which may hold a credential; short, and without what a log or a terminal cannot show. */
function pathOf(target: string): string {
  const path = target.replace(/[?#].*$/s, '').replace(/[^\x21-\x7e]/g, '?');
  const parts = path.slice(0, LONGEST_PATH).split('/');
  return parts.map((part) => (part.length > LONGEST_PART ? '…' : part)).join('/');
}
