import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface OverloadOrder {
  readonly port: number;
  readonly source: string;
  readonly secret: string;
  /** Deliveries due per second, whatever the answers say. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
  /** Requests that may be under way on one connection; more than one means that they are sent without waiting. */
  readonly underWay: number;
  /** Every body is distinct: this is the number in the first one. */
  readonly firstIndex: number;
}

export interface OverloadResult {
  readonly due: number;
  readonly sent: number;
  /** Answers by `status code`, such as `503 overloaded`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Sent, and no answer within ANSWER_WITHIN_MS of the end of sending. */
  readonly unanswered: number;
  /** From the first request to the last 202. */
  readonly acknowledgedPerSecond: number;
  readonly eventIds: readonly string[];
  /** From sending to the 202. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestRefusalMs: number;
  /** Answers that are neither a 202 nor a problem document with Retry-After; the first few, whole. */
  readonly odd: readonly string[];
}

const TICK_MS = 5;
const ANSWER_WITHIN_MS = 60_000;
const MAX_ODD = 5;

/** Offers deliveries at a fixed rate, on time or late, over kept-open connections; what cannot be put on a connection waits. */
class OverloadSender {
  private sent = 0;
  private answered = 0;
  private readonly answers: Record<string, number> = {};
  private readonly eventIds: string[] = [];
  private readonly latencies: number[] = [];
  private readonly odd: string[] = [];
  private slowestRefusalMs = 0;
  private startedAt = 0;
  private lastAcknowledgedAt = 0;
  private readonly lines: Line[] = [];

  constructor(private readonly order: OverloadOrder) {}

  async run(): Promise<OverloadResult> {
    const { order } = this;
    await Promise.all(
      Array.from({ length: order.connections }, async () => {
        const line = new Line(order.port, (head, body, ms) => this.take(head, body, ms));
        this.lines.push(line);
        await line.open();
      }),
    );
    const startedAt = performance.now();
    this.startedAt = startedAt;
    const endAt = startedAt + order.seconds * 1_000;
    while (performance.now() < endAt) {
      this.pump();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const sent = this.sent;
    this.startedAt = Number.POSITIVE_INFINITY; // nothing is due any more
    const giveUpAt = performance.now() + ANSWER_WITHIN_MS;
    while (this.answered < sent && performance.now() < giveUpAt && this.lines.some((line) => line.isOpen)) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    for (const line of this.lines) line.close();
    this.latencies.sort((a, b) => a - b);
    return {
      due: Math.floor(order.perSecond * seconds),
      sent,
      answers: this.answers,
      unanswered: sent - this.answered,
      acknowledgedPerSecond: Math.round(
        (this.eventIds.length / (this.lastAcknowledgedAt - startedAt)) * 1_000,
      ),
      eventIds: this.eventIds,
      p50Ms: this.percentile(0.5),
      p99Ms: this.percentile(0.99),
      slowestRefusalMs: this.slowestRefusalMs,
      odd: this.odd,
    };
  }

  /** Sends what is due, as far as the connections take it. */
  private pump(): void {
    const due = ((performance.now() - this.startedAt) / 1_000) * this.order.perSecond;
    for (let full = 0; this.sent < due && full < this.lines.length;) {
      const line = this.lines[this.sent % this.lines.length] as Line;
      const free = line.isOpen && line.underWay < this.order.underWay ? line : this.freeLine();
      if (free === undefined) return;
      free.send(this.request(this.order.firstIndex + this.sent));
      this.sent += 1;
      full = 0;
    }
  }

  private freeLine(): Line | undefined {
    return this.lines.find((line) => line.isOpen && line.underWay < this.order.underWay);
  }

  private request(index: number): string {
    const body =
      `{"notification":"NetworkStatusNotification","chargePointId":${index},` +
      `"timestamp":"2026-03-14T09:26:53Z","networkStatus":"available"}`;
    const signature = createHmac('sha256', this.order.secret).update(body).digest('hex');
    return (
      `POST /webhooks/${this.order.source} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `x-signature: ${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    );
  }

  private take(head: string, body: string, ms: number): void {
    this.answered += 1;
    const status = head.slice(9, 12);
    if (status === '202') {
      this.count('202');
      this.latencies.push(ms);
      this.lastAcknowledgedAt = performance.now();
      this.eventIds.push(/"eventId":"([0-9a-f-]{36})"/.exec(body)?.[1] ?? 'none');
    } else {
      const code = /"code":"([a-z-]+)"/.exec(body)?.[1];
      this.count(`${status} ${code}`);
      this.slowestRefusalMs = Math.max(this.slowestRefusalMs, ms);
      const isProblem =
        code !== undefined &&
        /\r\ncontent-type: application\/problem\+json/i.test(head) &&
        /\r\nretry-after: \d+/i.test(head);
      if (!isProblem && this.odd.length < MAX_ODD) this.odd.push(`${head}\r\n\r\n${body}`);
    }
    this.pump();
  }

  private count(answer: string): void {
    this.answers[answer] = (this.answers[answer] ?? 0) + 1;
  }

  private percentile(p: number): number {
    return this.latencies[Math.min(this.latencies.length - 1, Math.floor(this.latencies.length * p))] ?? 0;
  }
}

/** One connection; answers come in the order of the requests. */
class Line {
  private readonly socket: Socket;
  private readonly sentAt: number[] = [];
  private pending = '';

  constructor(
    port: number,
    private readonly onAnswer: (head: string, body: string, ms: number) => void,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => undefined); // seen in what stays unanswered
    this.socket.on('data', (chunk) => this.read(chunk));
  }

  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.readyState === 'open';
  }

  get underWay(): number {
    return this.sentAt.length;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('error', reject);
    });
  }

  send(request: string): void {
    this.sentAt.push(performance.now());
    this.socket.write(request, 'latin1');
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    this.pending += chunk.toString('latin1');
    for (;;) {
      const headEnd = this.pending.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = this.pending.slice(0, headEnd);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (this.pending.length < end) return;
      const body = this.pending.slice(headEnd + 4, end);
      this.pending = this.pending.slice(end);
      this.onAnswer(head, body, performance.now() - (this.sentAt.shift() ?? 0));
    }
  }
}

process.once('message', (order) => {
  void new OverloadSender(order as OverloadOrder)
    .run()
    .then((result) => process.send?.(result, () => process.disconnect()));
});
