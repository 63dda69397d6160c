import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { TargetGuard } from './target-guard.js';

const ANSWER_TIMEOUT_MS = 15_000;
/** More of an answer is not read: only its status counts. */
const ANSWER_LIMIT_BYTES = 64 * 1024;

export type SendResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly status: number | undefined;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
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
    private readonly guard: TargetGuard,
    private readonly headers: Readonly<Record<string, string>>,
  ) {
    const secure = url.protocol === 'https:';
    this.agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
    this.request = secure ? httpsRequest : httpRequest;
  }

  send(body: string, signal: AbortSignal): Promise<SendResult> {
    return new Promise((resolve) => {
      const bytes = Buffer.from(body, 'utf8');
      const request = this.request(this.url, {
        method: 'POST',
        agent: this.agent,
        // An address in the URL itself is connected to without a lookup, so it was checked when the job was made.
        lookup: this.guard.lookupFor(this.url),
        timeout: ANSWER_TIMEOUT_MS,
        signal,
        headers: {
          ...this.headers,
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'content-length': bytes.length,
        },
      });
      request.on('timeout', () =>
        request.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`)),
      );
      request.on('error', (error) =>
        resolve({ ok: false, status: undefined, message: error.message, retryAfterMs: undefined }),
      );
      request.on('response', (response) => this.read(response, resolve));
      request.end(bytes);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private read(response: IncomingMessage, resolve: (result: SendResult) => void): void {
    const status = response.statusCode ?? 0;
    const settle = (): void =>
      resolve(
        status >= 200 && status < 300
          ? { ok: true }
          : {
              ok: false,
              status,
              message: `the target answered ${status}`,
              retryAfterMs: retryAfter(response),
            },
      );
    let seen = 0;
    response.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > ANSWER_LIMIT_BYTES) response.destroy();
    });
    response.on('close', settle);
    response.on('error', settle);
  }
}

/** `Retry-After` in seconds (RFC 9110 §10.2.3); its date form is not used by the receivers this talks to. */
function retryAfter(response: IncomingMessage): number | undefined {
  const seconds = Number(response.headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
