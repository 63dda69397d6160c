import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@test/eventually.js';
import type { FeedEvent } from '@test/gateway-process.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What AMPECO signs with; the gateway was given something else. */
const RIGHT = 'the-token-of-the-subscription-0001';
const COUNT = 200;
const SOURCES = ['by-api', 'by-yaml', 'by-crash'] as const;
type SourceName = (typeof SOURCES)[number];

const yaml = (byYaml: string): string => `
sources:
${SOURCES.map((name) => {
  const value = name === 'by-yaml' ? byYaml : 'a-token-of-something-else-0001';
  return `  - { name: ${name}, kind: webhook, tenant: ${name}, secrets: [{ name: a, value: ${value} }] }\n`;
}).join('')}`;

interface Rejections {
  readonly data: readonly {
    readonly rejectionId: string;
    readonly receivedAt: string;
    readonly reason: string;
  }[];
  readonly next: string | null;
  readonly counts: readonly { readonly rejected: number; readonly kept: number }[];
}
interface Diagnosis {
  readonly verdict: string;
  readonly match: unknown;
  readonly findings: readonly { readonly code: string; readonly change?: string }[];
}
interface Reverified {
  readonly examined: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly stillRejected: number;
  readonly next: string | null;
}
interface Received extends FeedEvent {
  readonly source: string;
  readonly receivedat: string;
  readonly tenant: string;
}

let gateway: GatewayWithDatabase;
/** When the deliveries of a source were sent and answered, by their number. */
const sent = new Map<string, { readonly from: number; readonly to: number }>();

const body = (source: SourceName, n: number): string =>
  JSON.stringify({
    notification: 'SecurityEventNotification',
    chargePointId: n,
    type: 'ResetOrReboot',
    timestamp: new Date(Date.UTC(2026, 2, 14, 9) + n * 1_000).toISOString(),
    techInfo: source,
  });

async function deliverAll(source: SourceName): Promise<number[]> {
  return Promise.all(
    Array.from({ length: COUNT }, async (_, n) => {
      const from = Date.now();
      const { status } = await gateway.postWebhook(source, RIGHT, body(source, n));
      if (!sent.has(`${source} ${n}`)) sent.set(`${source} ${n}`, { from, to: Date.now() });
      return status;
    }),
  );
}

async function rejectionsOf(source: SourceName): Promise<Rejections['data']> {
  const all: Rejections['data'][number][] = [];
  for (let after = ''; ;) {
    const page = await gateway.api<Rejections>(`/v1/rejections?source=${source}&limit=150${after}`);
    all.push(...page.body.data);
    if (page.body.next === null) return all;
    after = `&after=${page.body.next}`;
  }
}

const countsOf = async (source: SourceName) =>
  (await gateway.api<Rejections>(`/v1/rejections?source=${source}`)).body.counts;
const diagnose = async (request: object): Promise<Diagnosis> =>
  (await gateway.api<Diagnosis>('/v1/doctor/signature', { method: 'POST', body: request })).body;
const reverify = (source: SourceName) =>
  gateway.api<Reverified>('/v1/rejections/reverify', { method: 'POST', body: { source } });
const addSecret = (source: SourceName) =>
  gateway.api(`/v1/sources/${source}/secrets`, { method: 'POST', body: { name: 'right', value: RIGHT } });
/** The doctor and the doors learn of a secret within moments; then the kept rejections verify. */
const inUse = (source: SourceName) =>
  eventually(
    () => diagnose({ source }),
    ({ verdict }) => verdict === 'verifies',
  );
const eventsOf = async (source: SourceName): Promise<Received[]> =>
  ((await gateway.wholeFeed()) as Received[]).filter(({ tenant }) => tenant === source);
const count = async (sql: string): Promise<number> =>
  (await gateway.db.database.pool.query<{ n: number }>(`select count(*)::int as n from ${sql}`)).rows[0]?.n ??
  -1;
const keptRowsOf = (source: SourceName): Promise<number> =>
  count(`rejection where source_id = (select id from source where name = '${source}')`);

/** Every delivery is one event, with the arrival it had when it was refused. */
async function expectAllAdmitted(source: SourceName, kept: Rejections['data']): Promise<void> {
  const events = await eventsOf(source);
  expect(new Set(events.map(({ data }) => data['chargePointId'])).size).toBe(COUNT);
  expect(events).toHaveLength(COUNT);
  expect(events.map(({ receivedat }) => receivedat).toSorted()).toEqual(
    kept.map(({ receivedAt }) => receivedAt).toSorted(),
  );
  for (const { receivedat, data } of events) {
    const { from, to } = sent.get(`${source} ${String(data['chargePointId'])}`) ?? { from: 0, to: 0 };
    const at = new Date(receivedat).getTime();
    expect(at >= from - 1 && at <= to, `${receivedat} lies within sending and answer`).toBe(true);
  }
  expect(await keptRowsOf(source)).toBe(0);
}

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start({ yaml: yaml('another-wrong-token-0001') });
});
afterAll(() => gateway?.close());

describe('a source whose secret is wrong', () => {
  it.each(SOURCES)('answers every delivery 401 and keeps it (%s)', async (source) => {
    expect(new Set(await deliverAll(source))).toEqual(new Set([401]));
    const [counted] = await eventually(
      () => countsOf(source),
      ([seen]) => seen?.kept === COUNT,
    );
    expect(counted).toMatchObject({ rejected: COUNT, kept: COUNT, reason: 'signature-wrong' });
    expect(await rejectionsOf(source)).toHaveLength(COUNT);
    expect(await eventsOf(source)).toEqual([]);
  });

  it('is told the cause by the doctor, and what to do', async () => {
    const { verdict, match, findings } = await diagnose({ source: 'by-api' });
    expect([verdict, match]).toEqual(['unexplained', null]);
    const cause = findings.find(({ code }) => code === 'no-match');
    expect(cause?.change).toContain('API token that created the subscription');
  });

  it('admits nothing before it is corrected', async () => {
    const { status, body: result } = await reverify('by-api');
    expect([status, result]).toEqual([
      200,
      {
        examined: COUNT,
        stored: 0,
        duplicate: 0,
        quarantined: 0,
        stillRejected: COUNT,
        unreadable: 0,
        next: null,
      },
    ]);
    expect(await keptRowsOf('by-api')).toBe(COUNT);
  });
});

describe('a secret corrected by the API', () => {
  it('lets the doctor say that what was rejected verifies, and others that it is of another source', async () => {
    expect((await addSecret('by-api')).status).toBe(201);
    expect(await inUse('by-api')).toMatchObject({
      match: { source: 'by-api', secret: 'right', form: 'body:hex' },
    });
    expect(await diagnose({ source: 'by-yaml' })).toMatchObject({
      verdict: 'configurable',
      match: { source: 'by-api', secret: 'right' },
      findings: [{ code: 'secret-of-other-source' }],
    });
  });

  it('admits all 200 at their true arrival, by two who reverify at once, each delivery reported by one', async () => {
    const kept = await rejectionsOf('by-api');
    const answers = await Promise.all([reverify('by-api'), reverify('by-api')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.reduce((sum, { body: { stored } }) => sum + stored, 0)).toBe(COUNT);
    expect(
      answers.reduce((sum, { body: { duplicate, quarantined } }) => sum + duplicate + quarantined, 0),
    ).toBe(0);
    await expectAllAdmitted('by-api', kept);
  });

  it('admits nothing a second time', async () => {
    expect((await reverify('by-api')).body).toMatchObject({ examined: 0, stored: 0, duplicate: 0 });
    expect(await eventsOf('by-api')).toHaveLength(COUNT);
  });

  it('takes what AMPECO sends again for copies', async () => {
    expect(new Set(await deliverAll('by-api'))).toEqual(new Set([202]));
    expect(await eventsOf('by-api')).toHaveLength(COUNT);
    expect(await count('duplicate')).toBe(COUNT);
  });

  it('tells in the audit who admitted how many', async () => {
    const { body: audit } = await gateway.api<{ data: readonly { action: string; detail: Reverified }[] }>(
      '/v1/audit?limit=200',
    );
    const acts = audit.data.filter(({ action }) => action === 'rejections.reverify');
    expect(acts.reduce((sum, { detail }) => sum + detail.stored, 0)).toBe(COUNT);
  });
});

describe('a secret corrected in the YAML file', () => {
  it('admits all 200 at their true arrival after the restart', async () => {
    const kept = await rejectionsOf('by-yaml');
    await gateway.stop();
    writeFileSync(join(gateway.folder, 'chargelog.yaml'), yaml(RIGHT));
    await gateway.restart();
    expect(await inUse('by-yaml')).toMatchObject({ match: { source: 'by-yaml', secret: 'a' } });
    expect((await reverify('by-yaml')).body).toMatchObject({ stored: COUNT, stillRejected: 0, next: null });
    await expectAllAdmitted('by-yaml', kept);
  });
});

describe('a gateway that is killed while it admits', () => {
  // A lock holds it at the place in question; the session that waits for the lock outlives the process for a moment.
  it.each([
    ['before anything is removed from what is kept', 'rejection'],
    ['when it is removed and not yet stored', 'event'],
    ['when all is stored and the audit log is not yet told', 'audit_entry'],
  ] as const)('loses and doubles nothing (%s)', async (_, table) => {
    if ((await addSecret('by-crash')).status === 201) await inUse('by-crash');
    const client = await gateway.db.database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`lock table ${table} in share mode`); // lets others read
      const answer = reverify('by-crash').catch(() => undefined);
      await eventually(
        () => count(`pg_locks where not granted and relation = '${table}'::regclass`),
        (waiting) => waiting > 0,
      );
      await gateway.kill();
      expect(await answer).toBeUndefined();
      await client.query('commit');
    } finally {
      client.release();
    }
    await gateway.restart();
  });

  it('admits what is left when it is asked again', async () => {
    const { status, body: result } = await reverify('by-crash');
    expect([status, result.next]).toEqual([200, null]);
    const events = await eventsOf('by-crash');
    expect(events).toHaveLength(COUNT);
    expect(new Set(events.map(({ data }) => data['chargePointId'])).size).toBe(COUNT);
    for (const { receivedat, data } of events) {
      const { from = 0, to = 0 } = sent.get(`by-crash ${String(data['chargePointId'])}`) ?? {};
      expect(new Date(receivedat).getTime()).toBeGreaterThanOrEqual(from - 1);
      expect(new Date(receivedat).getTime()).toBeLessThanOrEqual(to);
    }
    expect(await keptRowsOf('by-crash')).toBe(0);
    expect(await count('duplicate')).toBe(COUNT); // those that were sent again by the test above
    const acts = `audit_entry where action = 'rejections.reverify' and subject = 'by-crash'`;
    expect(await count(acts), 'the act is in the audit log, once for each page').toBe(1);
  });
});
