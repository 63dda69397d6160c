import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUuidV7, type Source } from '@chargelog/domain';
import { Dictionaries, PgEventLog } from '@chargelog/event-log';
import { AuditLog } from '@chargelog/features/audit';
import { registerSources } from '@chargelog/features/sources';
import type { AppendBatch, EventLog } from '@chargelog/pipeline';
import { aDelivery, aDraft, aQuarantineDraft } from '@test/drafts.js';
import { eventually } from '@test/eventually.js';
import { startCuttingProxy, type CuttingProxy } from '@test/faults/cutting-proxy.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { readmitAlongside } from './readmit-alongside.js';
import { RejectionStore } from './rejection.store.js';

let db: TestDatabase;
let proxy: CuttingProxy;
let source: Source;
let rejections: RejectionStore;
let audit: AuditLog;
let log: PgEventLog;
const logs: PgEventLog[] = [];

const openLog = (retryForMs: number): PgEventLog => {
  const made = new PgEventLog({
    connection: proxy.connection,
    dictionaries: new Dictionaries(db.database.pool),
    catalogueVersion: 1,
    retryForMs,
    log: () => undefined,
  });
  logs.push(made);
  return made;
};

beforeAll(async () => {
  db = await createTestDatabase();
  proxy = await startCuttingProxy(db.connection);
  const sources = await registerSources(db.database.dataSource, [
    { name: 'ampeco', kind: 'webhook', tenant: 'acme' },
  ]);
  source = sources[0] as Source;
  rejections = new RejectionStore(db.database.dataSource);
  audit = new AuditLog(db.database.dataSource);
  log = openLog(2_000);
});
beforeEach(() => db.database.pool.query('truncate event, duplicate, quarantine, rejection, audit_entry'));
afterAll(async () => {
  await Promise.all(logs.map((each) => each.close()));
  await proxy.close();
  await db.drop();
});

/** Kept rejections, as the batch that admits them; the last one goes to quarantine. */
async function keep(count: number): Promise<AppendBatch> {
  const deliveries = Array.from({ length: count }, (_, n) => {
    const receivedAt = Date.now() - 60_000 + n;
    return aDelivery({ source, key: newUuidV7(receivedAt), receivedAt });
  });
  await rejections.keep(
    deliveries.map(({ key, receivedAt, body }) => ({
      id: key,
      source,
      receivedAt,
      reason: 'signature-wrong',
      bytes: body.length,
      sealed: { keyId: 'k1', bytes: randomBytes(64) },
    })),
    [],
  );
  const entries = deliveries.map((delivery, n) =>
    n === count - 1 ? aQuarantineDraft({ delivery }) : aDraft({ delivery }),
  );
  return { entries, positions: [], alongside: readmitAlongside('ampeco', 'key/1/ops') };
}

const state = async () => {
  const { rows } = await db.database.pool.query<{ events: number; quarantined: number; kept: number }>(
    `select (select count(*)::int from event) as events, (select count(*)::int from quarantine) as quarantined,
            (select count(*)::int from rejection) as kept`,
  );
  const acts = await audit.page(50);
  return {
    ...rows[0],
    acts: acts.map(({ actor, action, subject, detail }) => ({ actor, action, subject, detail })),
  };
};
const act = (stored: number, quarantined: number) => ({
  actor: 'key/1/ops',
  action: 'rejections.reverify',
  subject: 'ampeco',
  detail: { stored, duplicate: 0, quarantined },
});
const count = (outcomes: Awaited<ReturnType<EventLog['append']>>): string =>
  outcomes.map(({ outcome }) => outcome[0]).join('');

describe('kept rejections that are admitted', () => {
  it('are stored, removed and told to the audit log together', async () => {
    expect(count(await log.append(await keep(4)))).toBe('sssq');
    expect(await state()).toEqual({ events: 3, quarantined: 1, kept: 0, acts: [act(3, 1)] });
  });

  it('are not admitted without an audit entry, wherever the session ends', async () => {
    const batch = await keep(4);
    const client = await db.database.pool.connect();
    try {
      await client.query('begin; lock table audit_entry in share mode');
      const refused = expect(openLog(0).append(batch)).rejects.toMatchObject({ code: 'store-away' });
      await eventually(
        async () =>
          (
            await db.database.pool.query(
              `select pg_terminate_backend(pid) from pg_locks
                where not granted and relation = 'audit_entry'::regclass`,
            )
          ).rowCount,
        (ended) => ended === 1,
      );
      await refused;
    } finally {
      await client.query('commit');
      client.release();
    }
    expect(await state()).toEqual({ events: 0, quarantined: 0, kept: 4, acts: [] });
    expect(count(await log.append(batch))).toBe('sssq');
    expect(await state()).toEqual({ events: 3, quarantined: 1, kept: 0, acts: [act(3, 1)] });
  });

  it('are told as what they became, and once in the audit log, when the answer of the commit is lost', async () => {
    const batch = await keep(4);
    const before = proxy.cuts;
    proxy.cutAfterNextCommit();
    expect(count(await log.append(batch))).toBe('sssq');
    expect(proxy.cuts).toBe(before + 1);
    expect(await state()).toEqual({ events: 3, quarantined: 1, kept: 0, acts: [act(3, 1)] });
  });

  it('are left alone when one of them is no longer kept', async () => {
    const batch = await keep(4);
    await db.database.pool.query('delete from rejection where id = $1', [batch.entries[2]?.delivery.key]);
    await expect(log.append(batch)).rejects.toMatchObject({ code: 'conflict' });
    expect(await state()).toEqual({ events: 0, quarantined: 0, kept: 3, acts: [] });
  });

  it('are admitted by one of two who admit them at once', async () => {
    const batch = await keep(40);
    const other: AppendBatch = { ...batch, entries: batch.entries.toReversed() };
    const results = await Promise.allSettled([openLog(2_000).append(batch), openLog(2_000).append(other)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await state()).toEqual({ events: 39, quarantined: 1, kept: 0, acts: [act(39, 1)] });
  });

  it('are all admitted though the database refuses one of them', async () => {
    const batch = await keep(4);
    const entries = batch.entries.map((entry, n) =>
      n === 1 && entry.outcome === 'event' ? { ...entry, subject: { kind: 'x', id: 'a\0b' } } : entry,
    );
    expect(count(await log.append({ ...batch, entries }))).toBe('sqsq');
    const { acts, ...rows } = await state();
    expect(rows).toEqual({ events: 2, quarantined: 2, kept: 0 });
    const sum = (outcome: string): number => acts.reduce((n, { detail }) => n + Number(detail[outcome]), 0);
    expect([sum('stored'), sum('quarantined')]).toEqual([2, 2]);
  });
});
