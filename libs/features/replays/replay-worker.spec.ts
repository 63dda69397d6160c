import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { claimOf, readerOf, storedEvents, type FakeClaim } from '@test/replay-parts.js';
import type { ReplayClaim } from './replay.js';
import type { ReplayStore } from './replay.store.js';
import { ReplayWorker } from './replay-worker.js';
import { TargetPolicy } from './target-policy.js';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const startSink = (status: number): Promise<string> =>
  startTarget((response) => response.writeHead(status).end());

async function startTarget(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A worker that finds these claims one after the other, then none; an error in the list is thrown. */
function startWorker(waiting: (ReplayClaim | Error)[], holdMs = Infinity, turnMs = Infinity) {
  const logged: { level: string; message: string }[] = [];
  let looks = 0;
  const jobs: Pick<ReplayStore, 'claimNext' | 'isAnyDue'> = {
    claimNext: () => {
      looks += 1;
      const next = waiting.shift();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    isAnyDue: () => Promise.resolve(waiting.length > 0),
  };
  const worker = new ReplayWorker({
    jobs,
    reader: readerOf(storedEvents(3)),
    targets: new TargetPolicy(['127.0.0.1']),
    render: (event) => event.id,
    turnMs,
    log: (level, message) => logged.push({ level, message }),
    retry: { attempts: 9, refusedAttempts: 2, firstDelayMs: 600_000, maxDelayMs: 600_000, holdMs },
  });
  closers.push(() => worker.close());
  worker.start();
  return { worker, logged, looks: () => looks };
}

const released = (claims: readonly FakeClaim[]): Promise<unknown> =>
  eventually(
    () => claims.map((claim) => claim.released),
    (counts) => counts.every((count) => count === 1),
  );

describe('ReplayWorker', () => {
  it('works on every job it can claim and gives each claim back', async () => {
    const url = await startSink(200);
    const claims = Array.from({ length: 6 }, () => claimOf({ targetUrl: url, endPosition: 3n }));
    startWorker([...claims]);
    await released(claims);
    expect(claims.map(({ state }) => state)).toEqual(Array(6).fill('completed'));
  });

  it('works on four jobs at a time and leaves the others to other instances', async () => {
    const url = await startSink(503);
    const claims = Array.from({ length: 5 }, () => claimOf({ targetUrl: url, endPosition: 3n }));
    const waiting: ReplayClaim[] = [...claims];
    startWorker(waiting);
    await claims[3]?.nextProgress();
    await claims[3]?.nextProgress();
    expect(waiting).toEqual([claims[4]]);
  });

  it('lets a healthy replay go ahead of four whose targets are dead', async () => {
    const dead = await startSink(503);
    const waiting = Array.from({ length: 4 }, () => claimOf({ targetUrl: dead, endPosition: 3n }));
    const healthy = claimOf({ targetUrl: await startSink(200), endPosition: 3n });
    startWorker([...waiting, healthy], 0);
    await released([...waiting, healthy]);
    expect(healthy.state).toBe('completed');
    expect(new Set(waiting.map(({ state }) => state))).toEqual(new Set(['running']));
    expect(new Set(waiting.map(({ postponed }) => postponed.length))).toEqual(new Set([1]));
  });

  it('does not let a fifth replay wait for the end of four that take long', async () => {
    // Answers nobody before four have asked, so that all places are taken when the first event is acknowledged.
    let asked = 0;
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const slow = await startTarget((response) => {
      asked += 1;
      if (asked >= 4) open();
      void opened.then(() => response.end());
    });
    const long = Array.from({ length: 4 }, () => claimOf({ targetUrl: slow, endPosition: 3n }));
    const fifth = claimOf({ targetUrl: await startSink(200), endPosition: 3n });
    startWorker([...long, fifth], Infinity, 0);
    await released([...long, fifth]);
    expect(fifth.state).toBe('completed');
    const gaveWay = long.filter(({ state }) => state === 'running');
    expect(gaveWay.length).toBeGreaterThan(0);
    expect(new Set(gaveWay.map(({ stored }) => stored.position))).toEqual(new Set([1n]));
  });

  it('stops at once although a retry is far away, and gives the claim back unfinished', async () => {
    const claim = claimOf({ targetUrl: await startSink(503), endPosition: 3n });
    const { worker } = startWorker([claim]);
    await claim.nextProgress();
    const since = performance.now();
    await worker.close();
    expect(performance.now() - since).toBeLessThan(10_000);
    expect([claim.released, claim.finished]).toEqual([1, []]);
  });

  it('gives the claim of a broken run back, and says so', async () => {
    const claim = claimOf({ targetUrl: await startSink(200), endPosition: 3n });
    claim.fault = new Error('the database is away');
    const { logged, worker } = startWorker([claim]);
    await eventually(
      () => logged,
      (lines) => lines.some(({ message }) => message.startsWith('replay interrupted')),
    );
    await worker.close();
    expect(claim.released).toBe(1);
  });

  it('survives a claim that cannot be given back', async () => {
    const claim = claimOf({ targetUrl: await startSink(200), endPosition: 3n });
    claim.release = () => Promise.reject(new Error('already closed'));
    const next = claimOf({ targetUrl: claim.replay.targetUrl, endPosition: 3n });
    const { logged } = startWorker([claim, next]);
    await released([next]);
    await eventually(
      () => logged,
      (lines) => lines.some(({ message }) => message.includes('not given back')),
    );
  });

  it('can be closed while it waits after a look that failed', async () => {
    const { worker, logged, looks } = startWorker([new Error('the database is away')]);
    await eventually(
      () => logged.length,
      (lines) => lines === 1,
    );
    await worker.close();
    expect(looks()).toBe(1);
  });
});
