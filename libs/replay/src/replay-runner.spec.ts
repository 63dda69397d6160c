import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoredEvent } from '@chargelog/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { claimOf, readerOf, storedEvents, type FakeClaim } from './replay-parts.fixture.js';
import { runReplay, type ReplayDeps, type RunEnd } from './replay-runner.js';
import { TargetGuard } from './target-guard.js';

const FAST = { attempts: 4, refusedAttempts: 2, firstDelayMs: 1, maxDelayMs: 4 };
/** Longer than any test runs: a retry that waits this long is still waiting when the test looks. */
const SLOW = { ...FAST, firstDelayMs: 600_000, maxDelayMs: 600_000 };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A target that notes what it acknowledged; `answer` says which status each request gets. */
async function startSink(answer: (body: string, request: number) => number | undefined = () => 204) {
  const received: string[] = [];
  let requests = 0;
  const server = createServer((request, response: ServerResponse) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      requests += 1;
      const status = answer(body, requests);
      if (status === undefined) return; // no answer at all
      if (status < 300) received.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    requests: () => requests,
  };
}

function run(
  claim: FakeClaim,
  events: readonly StoredEvent[],
  parts: Partial<ReplayDeps> = {},
  stop?: AbortSignal,
): Promise<RunEnd> {
  const deps: ReplayDeps = {
    reader: readerOf(events),
    targets: new TargetGuard(['127.0.0.1']),
    render: (event) => event.id,
    retry: FAST,
    ...parts,
  };
  return runReplay(claim, deps, stop ?? new AbortController().signal);
}

const ids = (events: readonly StoredEvent[]): string[] => events.map(({ id }) => id);

describe('runReplay', () => {
  it('sends every event in feed order, then completes with exact counts', async () => {
    const events = storedEvents(450);
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 450n });
    expect(await run(claim, events)).toBe('completed');
    expect(sink.received).toEqual(ids(events));
    expect(claim.finished).toEqual([
      {
        state: 'completed',
        progress: { position: 450n, sentCount: 450n, retryCount: 0n },
        failure: undefined,
      },
    ]);
  });

  it('sends nothing beyond the end position', async () => {
    const events = storedEvents(30);
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 7n });
    await run(claim, events);
    expect(sink.received).toEqual(ids(events.slice(0, 7)));
    expect(claim.stored.position).toBe(7n);
  });

  it('goes on after the stored position, and counts on', async () => {
    const events = storedEvents(30);
    const sink = await startSink();
    const claim = claimOf({
      targetUrl: sink.url,
      endPosition: 30n,
      position: 20n,
      sentCount: 20n,
      retryCount: 3n,
    });
    await run(claim, events);
    expect(sink.received).toEqual(ids(events.slice(20)));
    expect(claim.stored).toEqual({ position: 30n, sentCount: 30n, retryCount: 3n });
  });

  it.each([
    ['a filter that matches nothing', 0, 900n],
    ['an end position of 0', 5, 0n],
  ])('completes with %s without asking the target', async (_, count, endPosition) => {
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition });
    expect(await run(claim, storedEvents(count))).toBe('completed');
    expect(sink.requests()).toBe(0);
    expect(claim.stored).toEqual({ position: endPosition, sentCount: 0n, retryCount: 0n });
  });

  it('waits for a horizon below the end position instead of passing over what lies between', async () => {
    const events = storedEvents(10);
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 10n });
    let reads = 0;
    const reader = readerOf(events, () => ((reads += 1) === 1 ? 4n : 10n));
    expect(await run(claim, events, { reader })).toBe('completed');
    expect(sink.received).toEqual(ids(events));
  });

  it('sends again what failed, in order, and counts the retries', async () => {
    const events = storedEvents(5);
    const sink = await startSink((_, request) => (request === 3 || request === 4 ? 503 : 200));
    const claim = claimOf({ targetUrl: sink.url, endPosition: 5n });
    expect(await run(claim, events)).toBe('completed');
    expect(sink.received).toEqual(ids(events));
    expect(claim.stored).toEqual({ position: 5n, sentCount: 5n, retryCount: 2n });
  });

  it.each([
    [503, 4],
    [429, 4],
    [408, 4],
    [404, 2],
    [301, 2],
  ])('fails after %i on %i attempts, names the event and does not pass it', async (status, attempts) => {
    const events = storedEvents(5);
    const sink = await startSink((body) => (body === events[2]?.id ? status : 200));
    const claim = claimOf({ targetUrl: sink.url, endPosition: 5n });
    expect(await run(claim, events)).toBe('failed');
    expect(sink.received).toEqual(ids(events.slice(0, 2)));
    expect(claim.finished).toMatchObject([
      { state: 'failed', failure: { eventId: events[2]?.id, status, attempts }, progress: { position: 2n } },
    ]);
  });

  it('fails at once when the target is not allowed any more', async () => {
    const events = storedEvents(2);
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 2n });
    expect(await run(claim, events, { targets: new TargetGuard([]) })).toBe('failed');
    expect(claim.finished[0]?.failure).toMatchObject({ eventId: events[0]?.id, attempts: 1 });
    expect(claim.finished[0]?.failure?.message).toContain('targets: { allow: ["127.0.0.1"] }');
    expect(sink.requests()).toBe(0);
  });

  it('fails on an event that cannot be rendered, instead of trying it for ever', async () => {
    const events = storedEvents(2);
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 2n });
    const render = (): string => {
      throw new Error('no such type');
    };
    expect(await run(claim, events, { render })).toBe('failed');
    expect(claim.finished[0]?.failure?.message).toContain('no such type');
  });

  it('never has more than 50 acknowledged events that are not stored', async () => {
    const events = storedEvents(300);
    let worst = 0n;
    let acknowledged = 0n;
    let storedCount = (): bigint => 0n;
    const sink = await startSink(() => {
      acknowledged += 1n;
      const unstored = acknowledged - storedCount();
      if (unstored > worst) worst = unstored;
      return 200;
    });
    const claim = claimOf({ targetUrl: sink.url, endPosition: 300n });
    storedCount = () => claim.stored.sentCount;
    await run(claim, events);
    expect(worst).toBeGreaterThan(0n);
    expect(worst).toBeLessThanOrEqual(50n);
  });
});

describe('runReplay, ended from outside', () => {
  it('ends within a second when it is cancelled in a long wait between retries', async () => {
    const sink = await startSink(() => 503);
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    const ended = run(claim, storedEvents(3), { retry: SLOW });
    await claim.nextProgress();
    const since = performance.now();
    claim.state = 'cancelled';
    expect(await ended).toBe('cancelled');
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(claim.finished).toEqual([]);
    expect(claim.stored).toEqual({ position: 0n, sentCount: 0n, retryCount: 1n });
  });

  it('ends within a second when it is cancelled while the target does not answer', async () => {
    const sink = await startSink((_, request) => (request < 3 ? 200 : undefined));
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    const ended = run(claim, storedEvents(3));
    await claim.nextProgress();
    const since = performance.now();
    claim.state = 'cancelled';
    expect(await ended).toBe('cancelled');
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(claim.stored).toMatchObject({ position: 2n, sentCount: 2n });
  });

  it('stops in a long wait between retries, with its progress stored and the job unfinished', async () => {
    const stop = new AbortController();
    const sink = await startSink((_, request) => {
      if (request < 3) return 200;
      setImmediate(() => stop.abort());
      return 503;
    });
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    expect(await run(claim, storedEvents(3), { retry: SLOW }, stop.signal)).toBe('stopped');
    expect(claim.stored).toMatchObject({ position: 2n, sentCount: 2n });
    expect(claim.finished).toEqual([]);
  });

  it('reads and sends nothing when the stop came first', async () => {
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    expect(await run(claim, storedEvents(3), {}, AbortSignal.abort())).toBe('stopped');
    expect(sink.requests()).toBe(0);
  });

  it('aborts the request in flight when the claim is lost, and touches the job no more', async () => {
    let lose = (): void => undefined;
    const sink = await startSink((_, request) => {
      if (request < 3) return 200;
      lose();
      return undefined;
    });
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    lose = () => claim.lose();
    expect(await run(claim, storedEvents(3))).toBe('interrupted');
    expect(claim.finished).toEqual([]);
    expect(claim.progressAfterLoss).toBe(0);
    expect(claim.stored.position).toBeLessThanOrEqual(2n);
  });

  it('throws what storing progress threw, and goes no further', async () => {
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 300n });
    claim.fault = new Error('the database is away');
    await expect(run(claim, storedEvents(300))).rejects.toThrow('the database is away');
    expect(sink.received.length).toBeLessThanOrEqual(50);
    expect(claim.finished).toEqual([]);
  });

  it('throws what reading the feed threw, with its progress stored', async () => {
    const events = storedEvents(250);
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 250n });
    const whole = readerOf(events);
    const reader = {
      ...whole,
      feed: (after: bigint, limit: number) =>
        after > 0n ? Promise.reject(new Error('no feed')) : whole.feed(after, limit, {}),
    };
    await expect(run(claim, events, { reader })).rejects.toThrow('no feed');
    expect(claim.stored).toMatchObject({ position: 200n, sentCount: 200n });
  });
});
