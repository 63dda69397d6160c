import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@test/eventually.js';
import { GatewayProcess, type FeedEvent } from '@test/gateway-process.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { WEBHOOK_SECRET, WEBHOOK_YAML } from '@test/webhook-yaml.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const EVENTS = 300;
/** Documented: after a crash at most this many events are sent a second time. */
const RESENT_AT_MOST = 50;

interface Replay {
  readonly replayId: string;
  readonly state: string;
  readonly sent: number;
  readonly retries: number;
  readonly position: string;
  readonly endPosition: string;
  readonly target: { readonly url: string; readonly maskedQuery: boolean };
  readonly retry?: Attempt & { readonly attemptsLeft: number; readonly nextAttemptAt: string };
  readonly failure?: Attempt;
}

interface Attempt {
  readonly eventId: string;
  readonly status?: number;
  readonly message: string;
  readonly attempts: number;
}

interface Problem {
  readonly code: string;
  readonly detail: string;
}

let db: TestDatabase;
let gateway: GatewayProcess;
let feed: readonly FeedEvent[];

/** A receiver; `answer` decides on each request and may leave it without an answer. */
class Sink {
  readonly acknowledged: string[] = [];
  readonly replayIds = new Set<string | undefined>();
  readonly paths = new Set<string | undefined>();
  requests = 0;
  url = '';
  answer: () => number | undefined = () => 204;
  private readonly server = createServer((request, response) => this.take(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
    return this;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      this.requests += 1;
      this.paths.add(request.url);
      this.replayIds.add(request.headers['chargelog-replay-id']?.toString());
      const status = this.answer();
      if (status === undefined) return;
      if (status < 300) this.acknowledged.push((JSON.parse(body) as { id: string }).id);
      response.writeHead(status).end();
    });
  }
}

const sinks: Sink[] = [];
async function startSink(): Promise<Sink> {
  const sink = await new Sink().start();
  sinks.push(sink);
  return sink;
}

beforeAll(async () => {
  db = await createTestDatabase();
  gateway = await GatewayProcess.start({ database: db.connection, yaml: WEBHOOK_YAML });
  const bodies = Array.from({ length: EVENTS }, (_, n) =>
    JSON.stringify({
      notification: n % 3 === 0 ? 'BootNotification' : 'NetworkStatusNotification',
      chargePointId: n,
      timestamp: '2026-03-14T09:26:53Z',
      networkStatus: 'available',
    }),
  );
  await Promise.all(
    Array.from({ length: 10 }, async (_, lane) => {
      for (let n = lane; n < EVENTS; n += 10) {
        const { status } = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, bodies[n] ?? '');
        if (status !== 202) throw new Error(`webhook ${n} was answered with ${status}`);
      }
    }),
  );
  feed = await gateway.wholeFeed();
  expect(feed).toHaveLength(EVENTS);
});
afterEach(() => {
  for (const sink of sinks.splice(0)) sink.close();
});
afterAll(async () => {
  await gateway.close();
  await db.drop();
});

const ids = (of: readonly FeedEvent[] = feed): string[] => of.map(({ id }) => id);

async function create(sink: Sink, filter?: unknown): Promise<string> {
  const { status, body } = await gateway.api<Replay>('/v1/replays', {
    method: 'POST',
    body: { ...(filter === undefined ? {} : { filter }), target: { url: sink.url } },
  });
  expect(status).toBe(202);
  return body.replayId;
}

const find = async (id: string): Promise<Replay> => (await gateway.api<Replay>(`/v1/replays/${id}`)).body;
const until = (id: string, state: string): Promise<Replay> =>
  eventually(
    () => find(id),
    (replay) => replay.state === state,
  );

/** The replay waits for another attempt and nobody holds a claim: its place is free for others. */
const untilPostponed = async (id: string, attempts: number): Promise<NonNullable<Replay['retry']>> => {
  const { retry } = await eventually(
    () => find(id),
    (replay) => (replay.retry?.attempts ?? 0) >= attempts,
  );
  await eventually(claimSessions, (pids) => pids.length === 0);
  if (retry === undefined) throw new Error('the replay does not wait');
  return retry;
};

/** What waits for another attempt is due now, as if the time had passed. */
async function letTimePass(): Promise<void> {
  await db.database.pool.query('update replay set due_at = least(due_at, clock_timestamp())');
}

async function claimSessions(): Promise<number[]> {
  const { rows } = await db.database.pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'chargelog replay' and datname = current_database()`,
  );
  return rows.map(({ pid }) => pid);
}

/** Every event at least once and in order, apart from one tail that was sent again. @returns the length of that tail */
function resent(received: readonly string[]): number {
  const places = received.map((id) => ids().indexOf(id));
  const backAt = places.findIndex((place, i) => i > 0 && place <= (places[i - 1] ?? -1));
  if (backAt < 0) {
    expect(received).toEqual(ids());
    return 0;
  }
  const before = places.slice(0, backAt);
  const after = places.slice(backAt);
  expect(before).toEqual(before.map((_, i) => i));
  expect(after).toEqual(after.map((_, i) => EVENTS - after.length + i));
  return received.length - EVENTS;
}

describe('a replay', () => {
  it('sends what its filter matches, in feed order, with its id, and says so', async () => {
    const sink = await startSink();
    const id = await create(sink, { type: ['chargePoint.booted'] });
    const replay = await until(id, 'completed');
    const matching = feed.filter(({ type }) => type === 'chargePoint.booted');
    expect(matching).toHaveLength(EVENTS / 3);
    expect(sink.acknowledged).toEqual(ids(matching));
    expect([...sink.replayIds]).toEqual([id]);
    expect(replay).toMatchObject({ sent: matching.length, retries: 0, position: replay.endPosition });
  });

  it.each([
    ['matches nothing', { chargePointId: '999999' }, 0],
    ['has its id as a number, as AMPECO writes it', { chargePointId: 999999 }, 0],
    ['is null', null, EVENTS],
  ])('completes with a filter that %s', async (_, filter, sent) => {
    const sink = await startSink();
    expect(await until(await create(sink, filter), 'completed')).toMatchObject({ sent });
    expect(sink.acknowledged).toHaveLength(sent);
  });

  it('holds on while its target fails, and leaves nothing out', async () => {
    const sink = await startSink();
    sink.answer = () => (sink.requests > 100 && sink.requests <= 103 ? 503 : 200);
    const replay = await until(await create(sink), 'completed');
    expect(sink.acknowledged).toEqual(ids());
    expect(replay).toMatchObject({ sent: EVENTS, retries: 3 });
  });

  it('fails on an event that the target refuses, and names it', async () => {
    const sink = await startSink();
    sink.answer = () => (sink.acknowledged.length < 5 ? 200 : 422);
    const replay = await until(await create(sink), 'failed');
    expect(replay).toMatchObject({ sent: 5, failure: { eventId: ids()[5], status: 422 } });
    expect(sink.requests).toBe(5 + (replay.failure?.attempts ?? 0));
  });
});

describe('replays whose targets are dead', () => {
  it('four of them do not hold up a healthy one', async () => {
    const dead = await startSink();
    dead.answer = () => 503;
    const stuck = [await create(dead), await create(dead), await create(dead), await create(dead)];
    for (const id of stuck)
      await eventually(
        () => find(id),
        ({ retries }) => retries > 0,
      );
    const healthy = await startSink();
    await until(await create(healthy), 'completed');
    expect(healthy.acknowledged).toEqual(ids());
    for (const id of stuck) {
      expect(await find(id)).toMatchObject({
        state: 'running',
        sent: 0,
        retry: { eventId: ids()[0], status: 503, message: 'the target answered 503' },
      });
      await gateway.api(`/v1/replays/${id}`, { method: 'DELETE' });
    }
  });

  it('go on after a crash in the back-off at the right event, with the attempts made until then', async () => {
    const sink = await startSink();
    let failing = true;
    sink.answer = () => (failing && sink.acknowledged.length === 77 ? 503 : 200);
    const id = await create(sink);
    const before = await untilPostponed(id, 4);
    expect(before).toMatchObject({ eventId: ids()[77], status: 503 });
    expect(before.attempts + before.attemptsLeft).toBe(16);
    expect(Date.parse(before.nextAttemptAt)).toBeGreaterThan(Date.now() - 60_000);
    await gateway.kill();
    await gateway.restart();
    await letTimePass();
    const after = await untilPostponed(id, before.attempts + 1);
    expect(after).toMatchObject({ eventId: ids()[77], attemptsLeft: 16 - after.attempts });
    expect(sink.requests).toBe(77 + after.attempts);
    failing = false;
    await letTimePass();
    expect(await until(id, 'completed')).toMatchObject({ sent: EVENTS, retries: after.attempts });
    expect(await find(id)).not.toHaveProperty('retry');
    expect(sink.acknowledged).toEqual(ids());
  });

  it('fail with the reason when their target is taken out of targets.allow meanwhile', async () => {
    const sink = await startSink();
    sink.answer = () => (sink.acknowledged.length < 3 ? 200 : 503);
    const id = await create(sink);
    await untilPostponed(id, 4);
    await gateway.stop();
    const requests = sink.requests;
    const config = join(gateway.folder, 'chargelog.yaml');
    writeFileSync(config, WEBHOOK_YAML.replace(/^targets:.*$/m, ''));
    try {
      await gateway.restart();
      await letTimePass();
      const { failure, sent } = await until(id, 'failed');
      expect([failure?.eventId, sent, failure?.attempts]).toEqual([ids()[3], 3, requests - 3 + 1]);
      expect(failure?.message).toMatch(/^not sent: 127\.0\.0\.1 is a loopback or private address/);
      expect(failure?.message).toContain('targets: { allow: ["127.0.0.1"] }');
      expect(sink.requests).toBe(requests);
    } finally {
      await gateway.stop();
      writeFileSync(config, WEBHOOK_YAML);
      await gateway.restart();
    }
  });
});

describe('a target with a credential', () => {
  it('in its query is sent to, and the query is in no answer, nor in the database afterwards', async () => {
    const sink = await startSink();
    const { body, status } = await gateway.api<Replay>('/v1/replays', {
      method: 'POST',
      body: { target: { url: `${sink.url}?token=hunter2&hunter2` } },
    });
    expect([status, body.target]).toEqual([202, { url: sink.url, maskedQuery: true }]);
    const replay = await until(body.replayId, 'completed');
    expect([...sink.paths]).toEqual(['/hook?token=hunter2&hunter2']);
    const list = await gateway.api<unknown>('/v1/replays');
    expect(JSON.stringify([replay, list.body])).not.toContain('hunter2');
    expect(replay.target).toEqual(body.target);
    const { rows } = await db.database.pool.query('select * from replay');
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });

  it('in front of its host is refused, and the refusal says what to do instead', async () => {
    const { status, body } = await gateway.api<Problem>('/v1/replays', {
      method: 'POST',
      body: { target: { url: 'https://user:hunter2@example.com/' } },
    });
    expect([status, body.code]).toEqual([400, 'invalid-body']);
    expect(body.detail).toMatch(/user name or password.*token in the query/);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });
});

describe('a replay that is cancelled', () => {
  it('in a long wait between two attempts makes no other', async () => {
    const sink = await startSink();
    sink.answer = () => 503;
    const id = await create(sink);
    await untilPostponed(id, 4);
    const { requests } = sink;
    const { body } = await gateway.api<Replay>(`/v1/replays/${id}`, { method: 'DELETE' });
    expect([body.state, body.retry]).toEqual(['cancelled', undefined]);
    await letTimePass();
    // It would have its turn before one that is newer.
    const newer = await startSink();
    await until(await create(newer), 'completed');
    expect(sink.requests).toBe(requests);
    expect((await find(id)).state).toBe('cancelled');
  });

  it('ends within about a second, in the middle of its retries too', async () => {
    const sink = await startSink();
    sink.answer = () => (sink.acknowledged.length < 10 ? 200 : 503);
    const id = await create(sink);
    await eventually(
      () => find(id),
      (replay) => replay.retries >= 3,
    ); // from here on the waits are 2 s and longer
    const since = performance.now();
    const cancelled = await gateway.api<Replay>(`/v1/replays/${id}`, { method: 'DELETE' });
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    await eventually(claimSessions, (pids) => pids.length === 0);
    expect(performance.now() - since).toBeLessThan(1_500);
    expect(await find(id)).toMatchObject({ state: 'cancelled', sent: 10 });
    const again = await gateway.api<Replay>(`/v1/replays/${id}`, { method: 'DELETE' });
    expect(again.body).toEqual(await find(id));
  });
});

describe('a replay that is interrupted', () => {
  it('skips nothing after kill -9, and sends at most its last 50 events again', async () => {
    const sink = await startSink();
    let alive = true;
    sink.answer = () => (alive && sink.acknowledged.length === 130 ? undefined : 200);
    const id = await create(sink);
    await eventually(
      () => sink.requests,
      (requests) => requests === 131,
    );
    await gateway.kill();
    alive = false;
    await gateway.restart();
    expect(await until(id, 'completed')).toMatchObject({ sent: EVENTS });
    expect(resent(sink.acknowledged)).toBeLessThanOrEqual(RESENT_AT_MOST);
  });

  it('sends the event that was in flight at Ctrl-C again, and no other', async () => {
    const sink = await startSink();
    let alive = true;
    sink.answer = () => (alive && sink.acknowledged.length === 130 ? undefined : 200);
    const id = await create(sink);
    await eventually(
      () => sink.requests,
      (requests) => requests === 131,
    );
    const since = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - since).toBeLessThan(5_000);
    alive = false;
    await gateway.restart();
    expect(await until(id, 'completed')).toMatchObject({ sent: EVENTS, retries: 0 });
    expect(sink.acknowledged).toEqual(ids());
    expect(sink.requests).toBe(EVENTS + 1);
  });

  it('goes on exactly where it was after Ctrl-C in the middle of a retry', async () => {
    const sink = await startSink();
    let failing = true;
    sink.answer = () => (failing && sink.acknowledged.length === 77 ? 503 : 200);
    const id = await create(sink);
    await eventually(
      () => find(id),
      (replay) => replay.retries >= 3,
    );
    const since = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - since).toBeLessThan(5_000);
    failing = false;
    await gateway.restart();
    expect(await until(id, 'completed')).toMatchObject({ sent: EVENTS });
    expect(sink.acknowledged).toEqual(ids());
  });

  it('skips nothing when its database connection is lost', async () => {
    const sink = await startSink();
    let connected = true;
    sink.answer = () => (connected && sink.acknowledged.length === 130 ? undefined : 200);
    const id = await create(sink);
    await eventually(
      () => sink.requests,
      (requests) => requests === 131,
    );
    const [pid] = await claimSessions();
    connected = false;
    await db.database.pool.query('select pg_terminate_backend($1)', [pid]);
    expect(await until(id, 'completed')).toMatchObject({ sent: EVENTS });
    expect(resent(sink.acknowledged)).toBeLessThanOrEqual(RESENT_AT_MOST);
  });
});

describe('two instances', () => {
  it('never work on one replay at once, and the other takes over', async () => {
    const second = await GatewayProcess.start({ database: db.connection, yaml: WEBHOOK_YAML });
    try {
      const undisturbed = await startSink();
      await until(await create(undisturbed), 'completed');
      expect(undisturbed.acknowledged).toEqual(ids());

      const sink = await startSink();
      let both = true;
      sink.answer = () => (both && sink.acknowledged.length === 60 ? undefined : 200);
      const id = await create(sink);
      await eventually(
        () => sink.requests,
        (requests) => requests === 61,
      );
      expect(await claimSessions()).toHaveLength(1);
      // Whichever of the two holds it: one crash is survived by the other without a restart.
      await gateway.kill();
      both = false;
      const state = async (): Promise<string> => {
        const { rows } = await db.database.pool.query<{ state: string }>(
          'select state from replay where id = $1',
          [id],
        );
        return rows[0]?.state ?? 'gone';
      };
      // The survivor may be the holder, whose request stays unanswered until its limit of 15 s.
      await eventually(state, (seen) => seen === 'completed', { timeoutMs: 60_000 });
      expect(resent(sink.acknowledged)).toBeLessThanOrEqual(RESENT_AT_MOST);
    } finally {
      await second.close();
      await gateway.restart();
    }
  });
});

describe('a target that may not be reached', () => {
  it.each([
    ['http://10.1.2.3:8080/hook', 'targets: { allow: ["10.1.2.3"] }'],
    ['http://[::1]/hook', 'targets: { allow: ["::1"] }'],
    ['http://169.254.169.254/latest/meta-data', 'never a target'],
    ['http://[::ffff:a9fe:a9fe]/', 'never a target'],
    ['http://0xa9fea9fe/', 'never a target'],
  ])('as %s is refused, and the refusal says what to do', async (url, detail) => {
    const { status, headers, body } = await gateway.api<Problem>('/v1/replays', {
      method: 'POST',
      body: { target: { url } },
    });
    expect([status, body.code]).toEqual([403, 'target-not-allowed']);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.detail).toContain(detail);
  });

  it.each([
    [{}, 'target'],
    [{ target: null }, 'target'],
    [{ target: [] }, 'target'],
    [{ target: { url: 7 } }, 'url'],
    [{ target: { url: 'ftp://example.com/' } }, 'target.url'],
    [{ target: { url: 'http://127.0.0.1:9/' }, filter: [] }, 'filter'],
    [{ target: { url: 'http://127.0.0.1:9/' }, filter: { typ: ['x'] } }, 'typ'],
  ])('as in the body %j is a bad request', async (sent, named) => {
    const { status, body } = await gateway.api<Problem>('/v1/replays', { method: 'POST', body: sent });
    expect(status).toBe(400);
    expect(body.detail).toContain(named);
  });

  it('and a replay that is unknown are told apart', async () => {
    const unknown = await gateway.api<Problem>('/v1/replays/00000000-0000-7000-8000-000000000000');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not-found']);
    expect((await gateway.api('/v1/replays/nonsense', { method: 'DELETE' })).status).toBe(404);
  });
});
