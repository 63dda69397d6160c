import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '@chargelog/domain';
import { claimOf, readerOf, storedEvents, type FakeClaim } from '@test/replay-parts.js';
import { runReplay, type ReplayDeps, type RunEnd } from './replay-runner.js';
import { TargetPolicy } from './target-policy.js';

const FAST = { attempts: 4, refusedAttempts: 2, firstDelayMs: 1, maxDelayMs: 4, holdMs: Infinity };
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
    targets: new TargetPolicy(['127.0.0.1']),
    render: (event) => event.id,
    retry: FAST,
    isAwaited: () => Promise.resolve(false),
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
    expect(await run(claim, events, { targets: new TargetPolicy([]) })).toBe('failed');
    expect(claim.finished[0]?.failure).toMatchObject({ eventId: events[0]?.id, attempts: 1 });
    expect(claim.finished[0]?.failure?.message).toMatch(/^not sent: 127\.0\.0\.1 is a loopback/);
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

describe('runReplay and a target that fails for longer', () => {
  /** No wait fits into the place. */
  const YIELDING = { ...FAST, holdMs: 0 };

  it('gives its place up instead of waiting in it, with the attempt and the wait stored', async () => {
    const events = storedEvents(5);
    const sink = await startSink((body) => (body === events[2]?.id ? 503 : 200));
    const claim = claimOf({ targetUrl: sink.url, endPosition: 5n });
    expect(await run(claim, events, { retry: { ...YIELDING, firstDelayMs: 1_000, maxDelayMs: 9_000 } })).toBe(
      'postponed',
    );
    expect(sink.received).toEqual(ids(events.slice(0, 2)));
    expect(claim.finished).toEqual([]);
    expect(claim.stored).toEqual({ position: 2n, sentCount: 2n, retryCount: 1n });
    expect(claim.postponed).toEqual([
      {
        retry: {
          eventId: events[2]?.id,
          status: 503,
          message: 'the target answered 503',
          attempts: 1,
          refusals: 0,
          attemptsLeft: 3,
        },
        waitMs: expect.any(Number),
      },
    ]);
    expect(claim.postponed[0]?.waitMs).toBeGreaterThanOrEqual(750);
    expect(claim.postponed[0]?.waitMs).toBeLessThanOrEqual(1_250);
  });

  it('gives its place up after an attempt that took long, however short the next wait', async () => {
    const server = createServer((_, response) => {
      setTimeout(() => response.writeHead(503).end(), 60);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    const targetUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const claim = claimOf({ targetUrl, endPosition: 1n });
    expect(await run(claim, storedEvents(1), { retry: { ...FAST, holdMs: 50 } })).toBe('postponed');
  });

  it('makes no more attempts in all, however often it was taken up again in between', async () => {
    const events = storedEvents(5);
    const sink = await startSink((body) => (body === events[2]?.id ? 503 : 200));
    const ends: string[] = [];
    let claim = claimOf({ targetUrl: sink.url, endPosition: 5n });
    for (let taken = 0; taken < 20 && ends.at(-1) !== 'failed'; taken += 1) {
      ends.push(await run(claim, events, { retry: YIELDING }));
      const { finished, postponed, stored } = claim;
      if (ends.at(-1) !== 'failed')
        claim = claimOf({ ...claim.replay, ...stored, retry: postponed.at(-1)?.retry });
      else expect(finished[0]?.failure).toMatchObject({ eventId: events[2]?.id, attempts: 4 });
    }
    expect(ends).toEqual(['postponed', 'postponed', 'postponed', 'failed']);
    expect(sink.requests()).toBe(2 + 4);
  });

  it('goes on at the event that was not acknowledged, and begins the attempts of the next one anew', async () => {
    const events = storedEvents(5);
    const failed = new Set<string>();
    const sink = await startSink((body) => {
      const first = !failed.has(body);
      failed.add(body);
      return first && body === events[3]?.id ? 503 : 200;
    });
    const claim = claimOf({
      targetUrl: sink.url,
      endPosition: 5n,
      position: 2n,
      sentCount: 2n,
      retryCount: 3n,
      retry: {
        eventId: 'event-3',
        status: 503,
        message: 'busy',
        attempts: 3,
        refusals: 0,
        attemptsLeft: 1,
      },
    });
    expect(await run(claim, events)).toBe('completed');
    expect(sink.received).toEqual(ids(events.slice(2)));
    expect(claim.postponed.map(({ retry }) => [retry.eventId, retry.attempts])).toEqual([['event-4', 1]]);
  });

  it('does not count an attempt that the gateway itself cut off', async () => {
    const stop = new AbortController();
    const sink = await startSink(() => {
      stop.abort();
      return undefined;
    });
    const claim = claimOf({ targetUrl: sink.url, endPosition: 1n });
    expect(await run(claim, storedEvents(1), { retry: YIELDING }, stop.signal)).toBe('stopped');
    expect(claim.postponed).toEqual([]);
  });
});

describe('runReplay and others that wait for its place', () => {
  it('gives way between two events once its turn is over', async () => {
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 5n });
    const awaited = { turnMs: 0, isAwaited: () => Promise.resolve(true) };
    expect(await run(claim, storedEvents(5), awaited)).toBe('yielded');
    expect(claim.finished).toEqual([]);
    expect(claim.stored).toEqual({ position: 1n, sentCount: 1n, retryCount: 0n });
  });

  it('gives way also while nothing matches', async () => {
    const claim = claimOf({ targetUrl: 'http://127.0.0.1:9/', endPosition: 900n });
    const whole = readerOf([]);
    const reader = {
      ...whole,
      feed: (after: bigint) =>
        Promise.resolve({ events: [], position: after + 100n, horizon: 900n, more: true }),
    };
    const awaited = { reader, turnMs: 0, isAwaited: () => Promise.resolve(true) };
    expect(await run(claim, [], awaited)).toBe('yielded');
    expect(claim.stored.position).toBe(100n);
  });

  it('goes on when nobody waits', async () => {
    const sink = await startSink();
    const claim = claimOf({ targetUrl: sink.url, endPosition: 5n });
    expect(await run(claim, storedEvents(5), { turnMs: 0 })).toBe('completed');
    expect(sink.received).toHaveLength(5);
  });
});

describe('runReplay, ended from outside', () => {
  it('sends nothing more when it was cancelled in a short wait between retries', async () => {
    const sink = await startSink(() => 503);
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    const store = claim.postpone.bind(claim);
    claim.postpone = async (...args) => {
      const state = await store(...args);
      claim.state = 'cancelled';
      return state;
    };
    expect(await run(claim, storedEvents(3))).toBe('cancelled');
    expect(sink.requests()).toBe(1);
  });

  it('does not wait on when it is cancelled in a long wait between retries', async () => {
    const sink = await startSink(() => 503);
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    const ended = run(claim, storedEvents(3), { retry: SLOW });
    await claim.nextProgress();
    const since = performance.now();
    claim.state = 'cancelled';
    expect(await ended).toBe('cancelled');
    expect(performance.now() - since).toBeLessThan(10_000);
    expect(claim.finished).toEqual([]);
    expect(claim.stored).toEqual({ position: 0n, sentCount: 0n, retryCount: 1n });
  });

  it('does not wait on when it is cancelled while the target does not answer', async () => {
    const sink = await startSink((_, request) => (request < 3 ? 200 : undefined));
    const claim = claimOf({ targetUrl: sink.url, endPosition: 3n });
    const ended = run(claim, storedEvents(3));
    await claim.nextProgress();
    const since = performance.now();
    claim.state = 'cancelled';
    expect(await ended).toBe('cancelled');
    expect(performance.now() - since).toBeLessThan(10_000);
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
