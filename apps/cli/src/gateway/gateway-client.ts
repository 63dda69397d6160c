import { causeOf, detailOf, parseJson } from './answer.js';

/** The gateway could not be asked, or said no. The message is for a person. */
export class GatewayCallError extends Error {
  override readonly name = 'GatewayCallError';

  constructor(
    message: string,
    /** Undefined when no answer came. */
    readonly status: number | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const ANSWER_WITHIN_MS = 60_000;

/** The HTTP API of a gateway, for one key. */
export class GatewayClient {
  constructor(
    readonly baseUrl: string,
    private readonly key: string,
  ) {}

  /** @throws GatewayCallError with the sentence of the problem document where there is one. */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.baseUrl + path, {
      method,
      redirect: 'error', // the key must not follow to another address
      headers: { authorization: `Bearer ${this.key}`, accept: 'application/json' },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new GatewayCallError(`No answer from ${this.baseUrl}: ${causeOf(error)}.`, undefined, {
        cause: error,
      });
    });
    const text = await response.text();
    const value = parseJson(text);
    if (response.ok) return value as T;
    throw new GatewayCallError(
      detailOf(value) ?? `${this.baseUrl}${path} answered ${response.status}.`,
      response.status,
    );
  }
}
