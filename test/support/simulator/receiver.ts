import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '@chargelog/domain';
import { contentKey } from '../../../apps/simulator/src/account/account.js';

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

interface StoredEvent {
  readonly id: string;
  readonly data: JsonValue;
}

export const SECRET = 'token-of-the-tests';
export const ADMIN_KEY = 'clk_of-the-tests';

/**
 * A gateway small enough to misbehave on demand: verifies signatures, keeps one event per content, and serves them as
 * the feed does.
 */
export class Receiver {
  readonly received: Received[] = [];
  readonly events: StoredEvent[] = [];
  /** Answers in place of the gateway when it returns true. */
  misbehave: (request: Received, response: ServerResponse, nth: number) => boolean = () => false;
  /** Connections accepted so far. */
  connectionCount = 0;
  busiest = 0;
  private busy = 0;
  private readonly ids = new Map<string, string>();
  private waiters: (() => void)[] = [];

  private constructor(private readonly server: Server) {
    server.on('connection', () => this.connectionCount++);
    server.on('request', (request, response) => void this.serve(request, response));
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver(createServer());
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get webhookUrl(): URL {
    return new URL('/webhooks/ampeco', this.baseUrl);
  }

  async stop(): Promise<void> {
    for (const wake of this.waiters.splice(0)) wake();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Stores a body as if it had arrived, under an id of its own. */
  store(data: JsonValue): StoredEvent {
    const event = { id: `event-${this.events.length + 1}`, data };
    this.events.push(event);
    for (const wake of this.waiters.splice(0)) wake();
    return event;
  }

  /** Stores a body unless its content is stored already. */
  take(data: JsonValue): { readonly outcome: 'stored' | 'duplicate'; readonly eventId: string } {
    const key = contentKey(data);
    const known = this.ids.get(key);
    if (known !== undefined) return { outcome: 'duplicate', eventId: known };
    const { id } = this.store(data);
    this.ids.set(key, id);
    return { outcome: 'stored', eventId: id };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.busiest = Math.max(this.busiest, ++this.busy);
    response.once('close', () => this.busy--);
    const url = new URL(request.url ?? '/', this.baseUrl);
    if (request.method === 'GET' && url.pathname === '/v1/feed')
      return this.serveFeed(request, url, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = { headers: request.headers, body: Buffer.concat(chunks) };
    this.received.push(received);
    if (this.misbehave(received, response, this.received.length)) return;
    const signature = createHmac('sha256', SECRET).update(received.body).digest('hex');
    if (request.headers['x-signature'] !== signature) return answer(response, 401, { code: 'bad-signature' });
    const data = JSON.parse(received.body.toString('utf8')) as JsonValue;
    answer(response, 202, this.take(data));
  }

  private async serveFeed(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${ADMIN_KEY}`) {
      return answer(response, 401, { code: 'unauthenticated', detail: 'The API key is not valid.' });
    }
    const after = url.searchParams.get('after') ?? '0';
    if (after === 'end')
      return answer(response, 200, { data: [], next: String(this.events.length), more: false });
    const from = Number(after);
    const waitMs = Number(url.searchParams.get('wait') ?? 0) * 1_000;
    if (from >= this.events.length && waitMs > 0) await this.nextEvent(waitMs);
    const to = Math.min(this.events.length, from + Number(url.searchParams.get('limit')));
    const data = this.events.slice(from, to).map((event) => ({ specversion: '1.0', ...event }));
    answer(response, 200, { data, next: String(to), more: to < this.events.length });
  }

  private nextEvent(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

export function answer(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
