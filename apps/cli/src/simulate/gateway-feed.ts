import type { JsonValue } from '@chargelog/domain';
import { causeOf, detailOf, parseJson } from '../gateway/answer.js';

interface FeedEvent {
  readonly id: string;
  readonly data: JsonValue;
}

export interface FeedPage {
  readonly data: readonly FeedEvent[];
  readonly next: string;
  /** True when a further read finds something without waiting. */
  readonly more: boolean;
}

/** The gateway could not be asked. `reason` is for a person; `status` is there when it answered at all. */
export class GatewayFeedError extends Error {
  override readonly name = 'GatewayFeedError';

  constructor(
    message: string,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const ANSWER_WITHIN_MS = 15_000;

/** `GET /v1/feed` of the gateway that is being fed: bodies as they were sent, to compare them with what was sent. */
export class GatewayFeed {
  constructor(
    private readonly baseUrl: string,
    private readonly adminKey: string,
  ) {}

  /** The cursor at the present end: what comes after it was stored later. */
  async end(): Promise<string> {
    return (await this.get('after=end')).next;
  }

  /** Events after the cursor, up to a thousand; waits for one when there is none. */
  read(after: string, waitSeconds: number): Promise<FeedPage> {
    const wait = waitSeconds > 0 ? `&wait=${waitSeconds.toFixed(3)}` : '';
    return this.get(`after=${encodeURIComponent(after)}&limit=1000${wait}`);
  }

  private async get(query: string): Promise<FeedPage> {
    const response = await fetch(`${this.baseUrl}/v1/feed?data=raw&${query}`, {
      headers: { authorization: `Bearer ${this.adminKey}`, accept: 'application/json' },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((error: unknown) => {
      throw new GatewayFeedError(`No answer from ${this.baseUrl}: ${causeOf(error)}.`, undefined, {
        cause: error,
      });
    });
    const text = await response.text().catch(() => '');
    if (!response.ok) {
      const detail = detailOf(parseJson(text));
      throw new GatewayFeedError(
        `${this.baseUrl}/v1/feed answered ${response.status}${detail === undefined ? '.' : `: ${detail}`}`,
        response.status,
      );
    }
    const page = parse(text);
    if (page === undefined) {
      throw new GatewayFeedError(
        `${this.baseUrl}/v1/feed did not answer with a feed page. Is a gateway listening there?`,
      );
    }
    return page;
  }
}

function parse(text: string): FeedPage | undefined {
  const page = parseJson(text) as Partial<FeedPage> | undefined;
  if (!Array.isArray(page?.data) || typeof page.next !== 'string') return undefined;
  return { data: page.data as readonly FeedEvent[], next: page.next, more: page.more === true };
}
