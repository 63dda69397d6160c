import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newUuidV7 } from '@chargelog/domain';
import { CLAIM_LOCK, Database } from '@chargelog/event-log';
import type { EventFilter } from '@chargelog/pipeline';
import { eventually } from '@test/eventually.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import type { Replay, ReplayClaim, ReplayRetry } from './replay.js';
import { ReplayStore } from './replay.store.js';

const NOTHING = { position: 0n, sentCount: 0n, retryCount: 0n };
const FAR_AWAY_MS = 600_000;
const RETRY: ReplayRetry = {
  eventId: newUuidV7(0),
  status: 503,
  message: 'the target answered 503',
  attempts: 5,
  refusals: 1,
  attemptsLeft: 11,
};

let db: TestDatabase;
let second: Database;
let store: ReplayStore;
let other: ReplayStore;
const held: ReplayClaim[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  second = await Database.open({ connection: db.connection, migrations: [] });
  store = new ReplayStore(db.database.dataSource, db.connection);
  other = new ReplayStore(second.dataSource, db.connection);
});
afterEach(async () => {
  for (const claim of held.splice(0)) await claim.release();
  await db.database.pool.query('delete from replay');
});
afterAll(async () => {
  await second.close();
  await db.drop();
});

function create(filter: EventFilter = {}, targetUrl = 'http://127.0.0.1:9/'): Promise<Replay> {
  return store.create({
    id: newUuidV7(Date.now()),
    filter,
    targetUrl,
    form: { normalized: true, masked: true },
    endPosition: 9_007_199_254_740_993n,
  });
}

async function claim(from: ReplayStore = store): Promise<ReplayClaim | undefined> {
  const claimed = await from.claimNext();
  if (claimed !== undefined) held.push(claimed);
  return claimed;
}

async function mustClaim(from: ReplayStore = store): Promise<ReplayClaim> {
  const claimed = await claim(from);
  if (claimed === undefined) throw new Error('nothing was claimed');
  return claimed;
}

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

describe('ReplayStore, as a place for jobs', () => {
  it('gives back what was created, whole', async () => {
    const filter: EventFilter = {
      types: ['session.started'],
      related: { chargePoint: '9007199254740993', session: 'DE*1' },
      subject: { kind: 'tariff', id: 'ü"/1' },
      occurredAfter: 0,
      occurredBefore: 1_773_480_413_000,
      deprecated: 'exclude',
    };
    const created = await create(filter);
    expect(created).toMatchObject({
      state: 'pending',
      filter,
      endPosition: 9_007_199_254_740_993n,
      ...NOTHING,
    });
    expect([created.startedAt, created.finishedAt, created.failure, created.retry]).toEqual(
      Array(4).fill(undefined),
    );
    expect(Math.abs(created.dueAt - created.createdAt)).toBeLessThanOrEqual(1);
    expect(await other.find(created.id)).toEqual(created);
  });

  it('lists the newest first, up to the limit', async () => {
    const ids = [(await create()).id, (await create()).id, (await create()).id];
    expect((await store.list(2)).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  });

  it('lists for some tenants what sends their events alone, however many others are newer', async () => {
    const one = await create({ tenants: ['acme'] });
    const both = await create({ tenants: ['acme', 'beta'] });
    await create({ tenants: ['beta', 'gamma'] });
    await create();
    const listed = async (tenants: string[], limit = 2) =>
      (await store.list(limit, tenants)).map(({ id }) => id);
    expect(await listed(['acme'], 1)).toEqual([one.id]);
    expect(await listed(['beta', 'acme'])).toEqual([both.id, one.id]);
    expect(await listed(['nobody'])).toEqual([]);
  });

  it('knows nothing of an unknown id', async () => {
    const unknown = newUuidV7(Date.now());
    expect([await store.find(unknown), await store.cancel(unknown)]).toEqual([undefined, undefined]);
  });
});

describe('ReplayStore, claiming', () => {
  it('finds nothing, and opens no connection, where nothing waits', async () => {
    expect(await claim()).toBeUndefined();
    expect(await claimSessions()).toEqual([]);
  });

  it('lets only one of many that race have a job', async () => {
    await create();
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, i) => claim(i % 2 === 0 ? store : other)),
    );
    expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
    expect(await claimSessions()).toHaveLength(1);
  });

  it('gives each of two that race a job of its own, the oldest first', async () => {
    const ids = [(await create()).id, (await create()).id];
    expect((await mustClaim(other)).replay.id).toBe(ids[0]);
    expect((await mustClaim(store)).replay.id).toBe(ids[1]);
    expect(await claim(other)).toBeUndefined();
  });

  it('finds a free job behind any number that are worked on', async () => {
    for (let i = 0; i < 51; i += 1) await create();
    // The locks of other workers, taken by one session so that the test needs no 51 connections.
    const session = await db.database.pool.connect();
    try {
      await session.query(
        `select pg_advisory_lock(${CLAIM_LOCK}, number) from (select number from replay order by number limit 50) r`,
      );
      const last = (await store.list(1))[0];
      expect((await mustClaim()).replay.id).toBe(last?.id);
    } finally {
      session.release(true);
    }
  });

  it('marks a claimed job as running since then, and a resumed one since its first start', async () => {
    await create();
    const first = await mustClaim();
    expect(first.replay.state).toBe('running');
    expect(first.replay.startedAt).toBeGreaterThanOrEqual(first.replay.createdAt);
    await first.release();
    expect((await mustClaim(other)).replay.startedAt).toBe(first.replay.startedAt);
  });

  it('never hands out what is finished or cancelled', async () => {
    const cancelled = await create();
    await store.cancel(cancelled.id);
    await create();
    const claimed = await mustClaim();
    await claimed.finish('completed', NOTHING);
    await claimed.release();
    expect(await claim(other)).toBeUndefined();
  });

  it('leaves no session behind when it breaks off in the middle', async () => {
    const { id } = await create();
    // A rule of the database that lets the list be read and the start fail.
    await db.database.pool.query(`
      create function refuse_start() returns trigger language plpgsql as $$ begin raise exception 'no start'; end $$;
      create trigger refuse_start before update on replay for each row execute function refuse_start()`);
    try {
      await expect(store.claimNext()).rejects.toThrow();
      await eventually(claimSessions, (pids) => pids.length === 0);
    } finally {
      await db.database.pool.query('drop trigger refuse_start on replay; drop function refuse_start()');
    }
    expect((await mustClaim(other)).replay.id).toBe(id);
  });

  it('says that the store is away when it cannot be reached', async () => {
    await create();
    const nowhere = new ReplayStore(db.database.dataSource, {
      host: '127.0.0.1',
      port: 1,
      user: 'x',
      password: 'x',
    });
    await expect(nowhere.claimNext()).rejects.toMatchObject({ code: 'store-away' });
  });
});

describe('ReplayStore and a replay that waits for another attempt', () => {
  it('is left alone until it is due, by every instance, and others are claimed meanwhile', async () => {
    const waiting = await create();
    const first = await mustClaim();
    expect(await first.postpone({ ...NOTHING, retryCount: 1n }, RETRY, FAR_AWAY_MS)).toBe('running');
    await first.release();
    expect([await claim(store), await claim(other), await store.isAnyDue()]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    const newer = await create();
    expect(await other.isAnyDue()).toBe(true);
    expect((await mustClaim(other)).replay.id).toBe(newer.id);
    await letTimePass();
    expect((await mustClaim(other)).replay.id).toBe(waiting.id);
  });

  it('knows what was tried, when it is due, and keeps both through releases and other instances', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    const before = Date.now();
    await claimed.postpone({ position: 7n, sentCount: 7n, retryCount: 5n }, RETRY, FAR_AWAY_MS);
    await claimed.progress({ position: 7n, sentCount: 7n, retryCount: 5n }); // as the ledger does until it is closed
    await claimed.release();
    const found = await other.find(id);
    expect(found).toMatchObject({ state: 'running', position: 7n, retryCount: 5n, retry: RETRY });
    expect(found?.dueAt).toBeGreaterThan(before + FAR_AWAY_MS - 60_000);
    await letTimePass();
    expect((await mustClaim(other)).replay).toMatchObject({ id, position: 7n, retry: RETRY });
  });

  it('waits for nothing any more once its event was acknowledged', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    await claimed.postpone(NOTHING, RETRY, 0);
    await claimed.progress({ position: 1n, sentCount: 1n, retryCount: 1n });
    expect((await store.find(id))?.retry).toBeUndefined();
  });

  it('is cancelled at once, and never claimed again', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    await claimed.postpone(NOTHING, RETRY, FAR_AWAY_MS);
    await claimed.release();
    expect(await store.cancel(id)).toMatchObject({ state: 'cancelled', retry: undefined });
    await letTimePass();
    expect([await claim(store), await store.isAnyDue()]).toEqual([undefined, false]);
  });

  it('stays cancelled when the cancellation came in the middle of the attempt', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    await store.cancel(id);
    expect(await claimed.postpone(NOTHING, RETRY, 0)).toBe('cancelled');
    expect(await store.find(id)).toMatchObject({ state: 'cancelled', retry: undefined });
  });
});

describe('ReplayStore, in whose turn it is', () => {
  it('goes by the time of becoming due, so that neither old nor new jobs starve', async () => {
    const [a, b, c] = [await create(), await create(), await create()];
    const first = await mustClaim();
    await first.postpone(NOTHING, RETRY, FAR_AWAY_MS);
    await first.release();
    await letTimePass(); // a is due now: after b and c, before what comes later
    const d = await create();
    const order: string[] = [];
    for (let i = 0; i < 4; i += 1) order.push((await mustClaim()).replay.id);
    expect(order).toEqual([b.id, c.id, a.id, d.id]);
  });

  it('puts one that was claimed behind those that wait, however its run ended', async () => {
    const [a, b] = [await create(), await create()];
    const broken = await mustClaim();
    expect(broken.replay.id).toBe(a.id);
    await broken.release();
    expect((await mustClaim()).replay.id).toBe(b.id);
    expect((await mustClaim()).replay.id).toBe(a.id);
  });

  it('does not start one that another worker tried and postponed after it was listed', async () => {
    await create();
    const inBetween = store.claimNext.bind(store);
    const { replays } = store as unknown as { replays: { query: (...args: unknown[]) => Promise<unknown> } };
    const query = replays.query.bind(replays);
    let listed = false;
    replays.query = async (...args) => {
      const rows = await query(...args);
      if (listed) return rows;
      listed = true;
      const faster = await mustClaim(other);
      await faster.postpone(NOTHING, RETRY, FAR_AWAY_MS);
      await faster.release();
      return rows;
    };
    try {
      expect(await inBetween()).toBeUndefined();
    } finally {
      replays.query = query;
    }
    await eventually(claimSessions, (pids) => pids.length === 0);
  });
});

describe('ReplayStore and the query of a target, which may be a credential', () => {
  const URL_WITH_TOKEN = 'https://example.com/hook?token=hunter2&a=?b';
  const inTheRow = async (): Promise<string | undefined> => {
    const { rows } = await db.database.pool.query<{ text: string }>(
      'select replay::text as text from replay',
    );
    return rows[0]?.text;
  };

  it.each(['completed', 'failed'] as const)('keeps it until the replay has %s', async (state) => {
    const { id } = await create({}, URL_WITH_TOKEN);
    const claimed = await mustClaim();
    expect(claimed.replay.targetUrl).toBe(URL_WITH_TOKEN);
    await claimed.finish(state, NOTHING, state === 'failed' ? RETRY : undefined);
    expect((await store.find(id))?.targetUrl).toBe('https://example.com/hook?');
    expect(await inTheRow()).not.toContain('hunter2');
  });

  it('erases it when the replay is cancelled', async () => {
    const { id } = await create({}, URL_WITH_TOKEN);
    expect((await store.cancel(id))?.targetUrl).toBe('https://example.com/hook?');
    expect(await inTheRow()).not.toContain('hunter2');
  });

  it('leaves a target without one as it is', async () => {
    const { id } = await create({}, 'https://example.com/hook');
    expect((await store.cancel(id))?.targetUrl).toBe('https://example.com/hook');
  });
});

describe('a claim', () => {
  it('stores progress and says whether to go on', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    const progress = { position: 40n, sentCount: 12n, retryCount: 3n };
    expect(await claimed.progress(progress)).toBe('running');
    expect(await other.find(id)).toMatchObject(progress);
    await other.cancel(id);
    expect(await claimed.progress({ ...progress, sentCount: 13n })).toBe('cancelled');
    expect(await other.find(id)).toMatchObject({ state: 'cancelled', sentCount: 13n });
  });

  it('never moves the position back', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    await claimed.progress({ position: 40n, sentCount: 12n, retryCount: 0n });
    await claimed.progress({ position: 30n, sentCount: 12n, retryCount: 0n });
    expect((await store.find(id))?.position).toBe(40n);
  });

  it.each(['completed', 'failed'] as const)('finishes a job as %s, once', async (state) => {
    const { id } = await create();
    const claimed = await mustClaim();
    const failure = { eventId: newUuidV7(Date.now()), status: 503, message: 'busy', attempts: 16 };
    await claimed.finish(
      state,
      { position: 9n, sentCount: 2n, retryCount: 1n },
      state === 'failed' ? failure : undefined,
    );
    const finished = await store.find(id);
    expect(finished).toMatchObject({ state, position: 9n, sentCount: 2n, retryCount: 1n });
    expect(finished?.failure).toEqual(state === 'failed' ? failure : undefined);
    expect(finished?.finishedAt).toBeGreaterThanOrEqual(finished?.startedAt ?? Infinity);

    await claimed.finish(state === 'failed' ? 'completed' : 'failed', NOTHING, failure);
    expect(await store.find(id)).toMatchObject({ state, finishedAt: finished?.finishedAt, position: 9n });
    expect((await store.find(id))?.failure).toEqual(finished?.failure);
    expect(await store.cancel(id)).toMatchObject({ state, finishedAt: finished?.finishedAt });
  });

  it('leaves a cancelled job cancelled, and without a failure', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    const cancelled = await store.cancel(id);
    expect(cancelled?.state).toBe('cancelled');
    await claimed.finish(
      'failed',
      { ...NOTHING, sentCount: 4n },
      { eventId: id, status: 500, message: 'x', attempts: 1 },
    );
    expect(await store.find(id)).toMatchObject({
      state: 'cancelled',
      sentCount: 4n,
      finishedAt: cancelled?.finishedAt,
    });
    expect((await store.find(id))?.failure).toBeUndefined();
  });

  it('is free again, with its progress, once it is released', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    await claimed.progress({ position: 7n, sentCount: 7n, retryCount: 0n });
    await claimed.release();
    expect((await mustClaim(other)).replay).toMatchObject({ id, position: 7n, sentCount: 7n });
    await claimed.release(); // twice does no harm
  });

  it('is lost with its connection, says so, writes nothing more, and is free for others', async () => {
    const { id } = await create();
    const claimed = await mustClaim();
    await claimed.progress({ position: 7n, sentCount: 7n, retryCount: 0n });
    const lost = new Promise<void>((resolve) => {
      claimed.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const [pid] = await claimSessions();
    await db.database.pool.query('select pg_terminate_backend($1)', [pid]);
    await lost;
    const resumed = await eventually(
      () => claim(other),
      (found) => found !== undefined,
    );
    expect(resumed?.replay).toMatchObject({ id, position: 7n });
    await expect(claimed.progress({ position: 99n, sentCount: 99n, retryCount: 0n })).rejects.toMatchObject({
      code: 'store-away',
    });
    await expect(claimed.finish('completed', NOTHING)).rejects.toMatchObject({ code: 'store-away' });
    await claimed.release();
    expect(await store.find(id)).toMatchObject({ state: 'running', position: 7n, sentCount: 7n });
  });
});
