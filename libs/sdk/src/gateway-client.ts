/** The gateway did not answer, or answered with an error. The message is for a person. */
export class GatewayCallError extends Error {
  override readonly name = 'GatewayCallError';

  constructor(
    message: string,
    /** HTTP status; undefined when no answer came. */
    readonly status: number | undefined,
    /** `detail` of the problem document (RFC 9457), where the answer was one. */
    readonly detail: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface GatewayClientOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** An API key of this gateway. */
  readonly key: string;
  /** ms until a call without an answer fails; default one minute. */
  readonly answerWithinMs?: number;
}

const ANSWER_WITHIN_MS = 60_000;

/**
 * The HTTP API of a gateway, for one key. It needs `fetch` and nothing else, neither Node's own modules nor a package,
 * so that it can be published and run in other runtimes.
 */
export class GatewayClient {
  constructor(private readonly options: GatewayClientOptions) {}

  get baseUrl(): string {
    return this.options.baseUrl;
  }

  /**
   * @returns the JSON of the answer, undefined where it holds none.
   * @throws GatewayCallError with the sentence of the problem document where there is one.
   */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const { response, text } = await this.fetch(method, path, body);
    const value = parseJson(text);
    if (response.ok) return value as T;
    const detail = detailOf(value);
    throw new GatewayCallError(
      detail ?? `${this.baseUrl}${path} answered ${response.status}.`,
      response.status,
      detail,
    );
  }

  private async fetch(
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ readonly response: Response; readonly text: string }> {
    try {
      const response = await fetch(this.baseUrl + path, {
        method,
        redirect: 'error', // the key must not follow to another address
        headers: { authorization: `Bearer ${this.options.key}`, accept: 'application/json' },
        signal: AbortSignal.timeout(this.options.answerWithinMs ?? ANSWER_WITHIN_MS),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { response, text: await response.text() };
    } catch (error) {
      const message = `No answer from ${this.baseUrl}: ${causeOf(error)}.`;
      throw new GatewayCallError(message, undefined, undefined, { cause: error });
    }
  }
}

/** Undefined for text that is no JSON, and for `null`. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

function detailOf(answer: unknown): string | undefined {
  const detail = (answer as { readonly detail?: unknown } | undefined)?.detail;
  return typeof detail === 'string' ? detail : undefined;
}

/** Why `fetch` got no answer, in a word where there is one: `ECONNREFUSED`. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
