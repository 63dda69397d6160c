import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { GatewayError } from '@chargelog/domain';
import type { TargetPolicy } from './target-policy.js';

const ANSWER_TIMEOUT_MS = 15_000;
/** Only the status counts: the end of the answer is waited for a little, so that the connection can be used again. */
const ANSWER_END_MS = 1_000;
/** More of an answer is not read: only its status counts. */
const ANSWER_LIMIT_BYTES = 64 * 1024;

export type SendResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly status: number | undefined;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
      /** True when the target may not be reached at all: trying again would change nothing. */
      readonly forbidden: boolean;
    };

/**
 * Posts events to one target, one at a time over one kept-open connection. Redirects are not followed: they would lead
 * past the check of the address.
 */
export class EventSender {
  private readonly agent: HttpAgent | HttpsAgent;
  private readonly request: typeof httpRequest;

  constructor(
    private readonly url: URL,
    private readonly guard: TargetPolicy,
    private readonly headers: Readonly<Record<string, string>>,
    /** Limit of one attempt, from looking up the name to the status of the answer. */
    private readonly timeoutMs = ANSWER_TIMEOUT_MS,
  ) {
    const secure = url.protocol === 'https:';
    this.agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
    this.request = secure ? httpsRequest : httpRequest;
  }

  /** Never rejects. A 2xx status counts as soon as its headers are here, however the body ends. */
  send(body: string, signal: AbortSignal): Promise<SendResult> {
    const refused = this.guard.refusalOf(this.url);
    if (refused !== undefined) return Promise.resolve(unanswered(refused));
    return new Promise((resolve) => {
      const bytes = Buffer.from(body, 'utf8');
      const request = this.request(this.url, {
        method: 'POST',
        agent: this.agent,
        lookup: this.guard.lookupFor(this.url),
        signal,
        headers: {
          ...this.headers,
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'content-length': bytes.length,
        },
      });
      let answer: SendResult | undefined;
      const settle = (error: Error): void => {
        clearTimeout(timer);
        // Answered before the body was read to its end. Its connection would be kept until that is done, if ever, and the
        // next event would wait behind it.
        if (!request.writableFinished) request.destroy();
        resolve(answer ?? unanswered(error));
      };
      // A request that waits for a connection says nothing when it is destroyed.
      const giveUp = (): void => {
        const error = new Error(`no answer within ${this.timeoutMs / 1_000} s`);
        request.destroy(error);
        settle(error);
      };
      // Not the socket's idle limit: an answer that drips one byte now and then would never reach that.
      let timer = setTimeout(giveUp, this.timeoutMs);
      request.on('error', settle);
      request.on('response', (response) => {
        answer = toResult(response);
        clearTimeout(timer);
        timer = setTimeout(giveUp, Math.min(ANSWER_END_MS, this.timeoutMs));
        drain(response, () => settle(CLOSED));
      });
      // Without an answer and without an error, as after a switch of protocols that nobody asked for.
      request.on('close', () => settle(CLOSED));
      request.end(bytes);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

const CLOSED = new Error('the target closed the connection without an answer');

function toResult(response: IncomingMessage): SendResult {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { ok: true };
  return {
    ok: false,
    status,
    message: `the target answered ${status}`,
    retryAfterMs: retryAfter(response),
    forbidden: false,
  };
}

/** Reads the answer to its end, so that the connection can be used again, but no further than the limit. */
function drain(response: IncomingMessage, done: () => void): void {
  let seen = 0;
  response.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > ANSWER_LIMIT_BYTES) response.destroy();
  });
  // No `close` comes while the request is not sent to its end.
  for (const end of ['end', 'close', 'error']) response.on(end, done);
}

function unanswered(error: Error): SendResult {
  const forbidden = error instanceof GatewayError;
  // Several addresses that all refuse come as one error without a text of its own.
  const reason = error.message || (error as NodeJS.ErrnoException).code || 'no connection';
  return {
    ok: false,
    status: undefined,
    message: forbidden ? `not sent: ${reason}` : reason,
    retryAfterMs: undefined,
    forbidden,
  };
}

/** `Retry-After` in seconds (RFC 9110 §10.2.3). A date is not read: it would be compared with another machine's clock. */
function retryAfter(response: IncomingMessage): number | undefined {
  const text = response.headers['retry-after']?.trim();
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : undefined;
}
