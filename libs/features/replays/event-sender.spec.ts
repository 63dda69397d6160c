import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EventSender } from './event-sender.js';
import { TargetPolicy } from './target-policy.js';

const NEVER_ABORTED = new AbortController().signal;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server | TcpServer): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
}

function target(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<URL> {
  const server = createServer(answer);
  closers.push(() => server.closeAllConnections());
  return listen(server);
}

/** A server that writes these bytes as soon as it is asked anything, and then does what is said. */
function rawTarget(bytes: string, then: 'end' | 'hold'): Promise<URL> {
  return listen(
    createTcpServer((socket) => {
      closers.push(() => socket.destroy());
      socket.on('error', () => undefined);
      socket.once('data', () => (then === 'end' ? socket.end(bytes) : socket.write(bytes)));
    }),
  );
}

function senderTo(url: URL, options: { allow?: string[]; timeoutMs?: number } = {}): EventSender {
  const guard = new TargetPolicy(options.allow ?? ['127.0.0.1']);
  const sender = new EventSender(url, guard, { 'chargelog-replay-id': 'r-1' }, options.timeoutMs);
  closers.push(() => sender.close());
  return sender;
}

describe('EventSender', () => {
  it('posts the event as CloudEvents JSON with the headers of the replay', async () => {
    let seen: unknown;
    const url = await target((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method, headers } = request;
        seen = { method, body, type: headers['content-type'], replay: headers['chargelog-replay-id'] };
        response.end();
      });
    });
    expect(await senderTo(url).send('{"ü":1}', NEVER_ABORTED)).toEqual({ ok: true });
    expect(seen).toEqual({
      method: 'POST',
      body: '{"ü":1}',
      type: 'application/cloudevents+json; charset=utf-8',
      replay: 'r-1',
    });
  });

  it.each([200, 201, 202, 204, 299])('takes %i as acknowledged', async (status) => {
    const url = await target((_, response) => response.writeHead(status).end());
    expect(await senderTo(url).send('{}', NEVER_ABORTED)).toEqual({ ok: true });
  });

  it.each([304, 400, 404, 410, 429, 500, 503])('takes %i as not acknowledged', async (status) => {
    const url = await target((_, response) => response.writeHead(status).end());
    expect(await senderTo(url).send('{}', NEVER_ABORTED)).toMatchObject({
      ok: false,
      status,
      message: `the target answered ${status}`,
      forbidden: false,
    });
  });

  it.each([301, 302, 307, 308])('does not follow a redirect with %i', async (status) => {
    const paths: (string | undefined)[] = [];
    const url = await target((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await senderTo(url).send('{}', NEVER_ABORTED)).toMatchObject({ ok: false, status });
    expect(paths).toEqual(['/hook']);
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['1e3', undefined],
    ['99999999999999999999', undefined],
    ['Wed, 21 Oct 2037 07:28:00 GMT', undefined],
  ])('reads Retry-After: %s as %s ms', async (text, retryAfterMs) => {
    const url = await target((_, response) => response.writeHead(429, { 'retry-after': text }).end());
    expect(await senderTo(url).send('{}', NEVER_ABORTED)).toMatchObject({ status: 429, retryAfterMs });
  });

  it('uses one connection for one event after the other', async () => {
    const ports = new Set<number | undefined>();
    const url = await target((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('thanks');
    });
    const sender = senderTo(url);
    for (let i = 0; i < 20; i += 1) await sender.send('{}', NEVER_ABORTED);
    expect(ports.size).toBe(1);
  });

  it('warns of no piling listeners after thousands of events with one signal', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const url = await target((_, response) => response.end());
    const sender = senderTo(url);
    const { signal } = new AbortController();
    for (let i = 0; i < 2_000; i += 1) {
      if (!(await sender.send('{}', signal)).ok) throw new Error(`event ${i} was not sent`);
    }
    await new Promise((resolve) => setImmediate(resolve)); // warnings come with the next turn
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('EventSender and a target that misbehaves', () => {
  it('gives up on one that never answers', async () => {
    const url = await target(() => undefined);
    expect(await senderTo(url, { timeoutMs: 50 }).send('{}', NEVER_ABORTED)).toMatchObject({
      ok: false,
      status: undefined,
      message: 'no answer within 0.05 s',
    });
  });

  it('gives up on one that drips its headers for ever', async () => {
    const url = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('x-drip: 1\r\n'), 10);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    expect(await senderTo(url, { timeoutMs: 200 }).send('{}', NEVER_ABORTED)).toMatchObject({
      ok: false,
      status: undefined,
    });
  });

  it.each([
    [200, { ok: true }],
    [500, { ok: false, status: 500 }],
  ])('takes %i as said, though its body drips for ever', async (status, result) => {
    const url = await target((_, response) => {
      response.writeHead(status);
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect(await senderTo(url, { timeoutMs: 200 }).send('{}', NEVER_ABORTED)).toMatchObject(result);
  });

  it('stops reading an endless body, and sends the next event all the same', async () => {
    let closed = 0;
    const url = await target((_, response) => {
      response.on('close', () => (closed += 1));
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', pour);
      pour();
    });
    const sender = senderTo(url, { timeoutMs: 60_000 });
    expect(await sender.send('{}', NEVER_ABORTED)).toEqual({ ok: true });
    expect(await sender.send('{}', NEVER_ABORTED)).toEqual({ ok: true });
    expect(closed).toBeGreaterThanOrEqual(1);
  });

  it('goes on to the next event though the answer came before the body of the last one was read', async () => {
    const server = createTcpServer((socket) => {
      closers.push(() => socket.destroy());
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const sender = senderTo(await listen(server), { timeoutMs: 3_000 });
    const big = JSON.stringify('x'.repeat(32 * 1024 * 1024));
    expect(await sender.send(big, NEVER_ABORTED)).toEqual({ ok: true });
    expect(await sender.send(big, NEVER_ABORTED)).toEqual({ ok: true });
  });

  it('does not wait long for the end of an answer whose status is here', async () => {
    const url = await target((_, response) => response.writeHead(200).flushHeaders());
    const sender = senderTo(url, { timeoutMs: 60_000 });
    const since = performance.now();
    expect(await sender.send('{}', NEVER_ABORTED)).toEqual({ ok: true });
    expect(await sender.send('{}', NEVER_ABORTED)).toEqual({ ok: true });
    expect(performance.now() - since).toBeLessThan(10_000);
  });

  it.each([
    ['closes without a word', '', undefined],
    ['closes within the headers', 'HTTP/1.1 200 OK\r\ncontent-le', undefined],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.6\r\n', undefined],
    ['closes within the body of a failure', 'HTTP/1.1 503 Busy\r\ncontent-length: 100\r\n\r\nabc', 503],
    [
      'switches protocols unasked',
      'HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      undefined,
    ],
  ])('reports one that %s', async (_, bytes, status) => {
    const url = await rawTarget(bytes, 'end');
    const result = await senderTo(url, { timeoutMs: 5_000 }).send('{}', NEVER_ABORTED);
    expect(result).toMatchObject({ ok: false, status });
    expect(result.ok ? '' : result.message).not.toMatch(/^$|no answer within/);
  });

  it('takes 2xx as acknowledged though the connection ends within the body', async () => {
    const url = await rawTarget('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', 'end');
    expect(await senderTo(url).send('{}', NEVER_ABORTED)).toEqual({ ok: true });
  });

  it('reports one that is not there, and names the reason', async () => {
    const server = createTcpServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const result = await senderTo(url).send('{}', NEVER_ABORTED);
    expect(result).toMatchObject({ ok: false, status: undefined, forbidden: false });
    expect(result.ok ? '' : result.message).toContain('ECONNREFUSED');
  });
});

describe('EventSender and what must not be reached', () => {
  it.each(['127.0.0.1', 'localhost'])('does not connect to %s unless it is allowed', async (host) => {
    let connections = 0;
    const server = createServer((_, response) => response.end()).on('connection', () => (connections += 1));
    const url = await listen(server);
    url.hostname = host;
    expect(await senderTo(url, { allow: [] }).send('{}', NEVER_ABORTED)).toMatchObject({
      ok: false,
      forbidden: true,
    });
    expect(connections).toBe(0);
  });

  it('reaches an allowed name', async () => {
    const url = await target((_, response) => response.end());
    url.hostname = 'localhost';
    expect(await senderTo(url, { allow: ['localhost'] }).send('{}', NEVER_ABORTED)).toEqual({ ok: true });
  });
});

describe('EventSender and an abort', () => {
  it('ends a request in flight, and its connection', async () => {
    const abort = new AbortController();
    let sawClose: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (sawClose = resolve));
    const url = await target((request) => {
      request.socket.on('close', sawClose);
      abort.abort();
    });
    expect(await senderTo(url, { timeoutMs: 60_000 }).send('{}', abort.signal)).toMatchObject({ ok: false });
    await closed;
  });

  it('sends nothing when it came before', async () => {
    let requests = 0;
    const url = await target((_, response) => {
      requests += 1;
      response.end();
    });
    expect(await senderTo(url).send('{}', AbortSignal.abort())).toMatchObject({ ok: false });
    expect(requests).toBe(0);
  });
});
