import type { JsonValue } from '@chargelog/domain';
import { GatewayCallError, GatewayClient } from '@chargelog/sdk';

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

const PATH = '/v1/feed';
const ANSWER_WITHIN_MS = 15_000;

/**
 * `GET /v1/feed` of the gateway that is being fed: bodies as they were sent, to compare them with what was sent. Both
 * methods throw GatewayCallError; its status is there when the gateway answered with one that says why.
 */
export class GatewayFeed {
  private readonly client: GatewayClient;

  constructor(
    private readonly baseUrl: string,
    adminKey: string,
  ) {
    this.client = new GatewayClient({ baseUrl, key: adminKey, answerWithinMs: ANSWER_WITHIN_MS });
  }

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
    const answer = await this.client
      .call<Partial<FeedPage> | undefined>('GET', `${PATH}?data=raw&${query}`)
      .catch((error: unknown) => {
        throw this.withoutQuery(error);
      });
    if (Array.isArray(answer?.data) && typeof answer.next === 'string') {
      return { data: answer.data, next: answer.next, more: answer.more === true };
    }
    const message = `${this.baseUrl}${PATH} did not answer with a feed page. Is a gateway listening there?`;
    throw new GatewayCallError(message, undefined, undefined);
  }

  /** A person sees which call failed, but not the cursor, which is long and means nothing to them. */
  private withoutQuery(error: unknown): unknown {
    if (!(error instanceof GatewayCallError) || error.status === undefined) return error;
    const { status, detail } = error;
    const said = `${this.baseUrl}${PATH} answered ${status}${detail === undefined ? '.' : `: ${detail}`}`;
    return new GatewayCallError(said, status, detail, { cause: error });
  }
}
