import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { notificationBody } from './bodies.js';

export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  readonly seconds: number;
  /** First index of the bodies; every body of a run is distinct. */
  readonly firstIndex: number;
  /** Bodies made ready before the clock starts; the run ends early when they are used up. */
  readonly bodies: number;
  readonly now: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Event ids as answered. */
  readonly eventIds: readonly string[];
  readonly bodyBytes: number;
}

/**
 * A lean HTTP/1.1 client: requests made and signed beforehand, one in flight per kept-open connection, answers scanned
 * for their end and the event id. It has to be cheaper than the server, because it shares two cores with it.
 */
async function run(order: LoadOrder): Promise<LoadResult> {
  const requests: Buffer[] = [];
  let bodyBytes = 0;
  for (let i = 0; i < order.bodies; i += 1) {
    const body = notificationBody(order.firstIndex + i, order.now);
    bodyBytes += body.length;
    const signature = createHmac('sha256', order.secret).update(body).digest('hex');
    const head =
      `POST ${order.path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nx-signature: ${signature}\r\n` +
      `x-timestamp: 2026-03-14T09:26:53.418203Z\r\nx-tenant: demo\r\ncontent-length: ${body.length}\r\n\r\n`;
    requests.push(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  }
  let next = 0;
  let acknowledged = 0;
  let refused = 0;
  const latencies: number[] = [];
  const eventIds: string[] = [];
  const startedAt = performance.now();
  const endAt = startedAt + order.seconds * 1_000;

  const client = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket: Socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true });
      let pending = '';
      let sentAt = 0;
      const send = (): void => {
        const request = requests[next];
        if (request === undefined || performance.now() >= endAt) {
          socket.end();
          resolve();
          return;
        }
        next += 1;
        sentAt = performance.now();
        socket.write(request);
      };
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        pending += chunk.toString('latin1');
        const headEnd = pending.indexOf('\r\n\r\n');
        if (headEnd < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0);
        if (pending.length < headEnd + 4 + length) return;
        latencies.push(performance.now() - sentAt);
        if (pending.startsWith('HTTP/1.1 202')) {
          acknowledged += 1;
          const at = pending.indexOf('"eventId":"');
          if (at > 0) eventIds.push(pending.slice(at + 11, at + 47));
        } else refused += 1;
        pending = '';
        send();
      });
    });

  await Promise.all(Array.from({ length: order.connections }, client));
  const seconds = (performance.now() - startedAt) / 1_000;
  latencies.sort((a, b) => a - b);
  const percentile = (p: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * p))] ?? 0;
  return {
    sent: next,
    acknowledged,
    refused,
    seconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    eventIds,
    bodyBytes: bodyBytes / order.bodies,
  };
}

process.once('message', (order) => {
  // Disconnected only when the answer is out: it is long, and what is still queued then would be lost.
  void run(order as LoadOrder).then((result) => process.send?.(result, () => process.disconnect()));
});
