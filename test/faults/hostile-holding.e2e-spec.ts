import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { answersIn, exchange, requestBytes, signatureLine } from '@test/raw-http.js';
import { aBody, DOOR } from '@test/webhook-door.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

/** The gateway's limits for a request are 10 s and 30 s; this only tells an end from none. */
const CUT_WITHIN_MS = 90_000;
const IDLE = 5_000;
/** Files that this process and the gateway have open besides the connections. */
const OTHER_FILES = 300;

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start();
});
afterAll(() => gateway?.close());

const isWell = async (): Promise<void> => {
  expect((await fetch(`${gateway.baseUrl}/health/ready`)).status).toBe(200);
  expect((await gateway.postWebhook('ampeco', WEBHOOK_SECRET, aBody())).status).toBe(202);
};
const open = (): Socket => {
  const { hostname, port } = new URL(gateway.baseUrl);
  // A connection that is cut while it sends is reset; what it was told before counts.
  return connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
};

/** Sends piece after piece, far apart, until the gateway ends it. @returns what was answered */
function trickle(first: string, piece: string, everyMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open();
    let text = '';
    socket.write(first);
    const more = setInterval(() => socket.write(piece), everyMs);
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`still open after ${CUT_WITHIN_MS} ms`));
    }, CUT_WITHIN_MS);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('close', () => {
      clearInterval(more);
      clearTimeout(late);
      resolve(text);
    });
  });
}

const post = `POST ${DOOR} HTTP/1.1\r\nhost: x\r\n`;

const isLive = async (): Promise<boolean> => (await fetch(`${gateway.baseUrl}/health/live`)).status === 200;

function rssKib(): number {
  if (process.platform !== 'linux') return 0;
  return Number(
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1] ?? Number.NaN,
  );
}

/** How many connections this process can hold, each of which is a file here and in the gateway. */
function affordable(): number {
  const limits = process.platform === 'linux' ? readFileSync('/proc/self/limits', 'utf8') : '';
  const files = Number(/Max open files\s+(\d+)/.exec(limits)?.[1] ?? 1_024);
  return Math.min(IDLE, files - OTHER_FILES);
}

// Together: each takes as long as the limit that ends it.
describe.concurrent('who holds connections', () => {
  it('without coming to an end is cut when the time is over, and holds up nobody meanwhile', async () => {
    const body = aBody();
    const sign = signatureLine(body, WEBHOOK_SECRET);
    const cuts = Promise.all([
      trickle('', '', 1_000),
      trickle(post, 'x-a: b\r\n', 500),
      trickle(post.slice(0, 9), 'a', 500),
      trickle(`${post}content-length: 1000\r\n\r\n`, ' ', 500),
      trickle(`${post}content-length: 1000\r\n\r\n{`, '', 1_000),
      trickle(`${post}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n', 500),
      trickle(`${post}transfer-encoding: chunked\r\n\r\nfff\r\n`, ' ', 500),
      trickle(`${post}${sign}\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`, '', 1_000),
    ]);
    await isWell();
    const statuses = (await cuts).map((text) => answersIn(text).map(({ status }) => status));
    // To the last one something was said already, so that a further head would be read as part of that.
    expect(statuses).toEqual([[408], [408], [408], [408], [408], [408], [408], [100]]);
    await isWell();
  });

  it(`${affordable()} idle connections leave room for who has something to say`, async () => {
    const sockets: Socket[] = [];
    const before = rssKib();
    const answered = { count: 0 };
    const request = requestBytes({
      method: 'GET',
      path: '/health/live',
      contentLength: false,
      headers: ['connection: keep-alive'],
    });
    try {
      for (let left = affordable(); left > 0; left -= 250) {
        const batch = Array.from({ length: Math.min(left, 250) }, () => {
          const socket = open();
          // Half have never sent anything, half wait between two requests.
          if (sockets.length % 2 === 0) socket.once('data', () => (answered.count += 1)).write(request);
          else socket.resume(); // to see its end
          sockets.push(socket);
          return new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
        });
        await Promise.all(batch);
      }
      await eventually(
        () => answered.count,
        (count) => count === Math.ceil(sockets.length / 2),
      );
      await isWell();
      expect(sockets.filter((socket) => !socket.destroyed).length).toBeGreaterThan(affordable() / 2 - 1);
      expect(rssKib() - before).toBeLessThan(200 * 1_024);
      // Those that never said anything are cut when the time for their first headers is over.
      await eventually(
        () => sockets.filter((socket) => !socket.destroyed).length,
        (left) => left <= Math.ceil(sockets.length / 2),
        { timeoutMs: CUT_WITHIN_MS },
      );
      await isWell();
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await isWell();
  });
});

describe('a client', () => {
  it('with a body that never ends is refused as soon as it is too large', async () => {
    const piece = `10000\r\n${' '.repeat(65_536)}\r\n`;
    const text = await trickle(`${post}transfer-encoding: chunked\r\n\r\n`, piece, 5);
    expect(answersIn(text).map(({ status }) => status)).toEqual([413]);
    await isWell();
  });

  it('that reads no answers takes no more memory than it may', async () => {
    const socket = open();
    const request = requestBytes({
      method: 'GET',
      path: '/openapi.json',
      headers: ['connection: keep-alive'],
    });
    const before = rssKib();
    socket.pause();
    socket.write(Buffer.concat(Array.from({ length: 2_000 }, () => request)));
    await eventually(isLive, (live) => live);
    for (let i = 0; i < 20; i += 1) await isWell();
    // 2,000 answers are about 200 MB; they must not be made before they can be sent.
    expect(rssKib() - before).toBeLessThan(150 * 1_024);
    socket.destroy();
    await isWell();
  });

  it('that sends 100 requests in one packet gets 100 answers in their order', async () => {
    const bodies = Array.from({ length: 100 }, aBody);
    const requests = bodies.map((body, i) =>
      requestBytes({
        path: i % 10 === 9 ? '/webhooks/nobody' : DOOR,
        body,
        headers: [signatureLine(body, WEBHOOK_SECRET), `connection: ${i === 99 ? 'close' : 'keep-alive'}`],
      }),
    );
    const answers = await exchange(gateway.baseUrl, Buffer.concat(requests));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map((_, i) => (i % 10 === 9 ? 404 : 202)));
    const ids = answers.flatMap(({ body }) => /"eventId":"([^"]+)"/.exec(body)?.[1] ?? []);
    for (const i of [0, 40, 88]) {
      const { body } = await gateway.api<{ data: unknown }>(`/v1/events/${ids[i - Math.floor(i / 10)]}`);
      expect(body.data).toEqual(JSON.parse(bodies[i] ?? ''));
    }
  });
});
