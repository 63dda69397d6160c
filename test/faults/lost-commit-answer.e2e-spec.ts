import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCuttingProxy, type CuttingProxy } from '@test/faults/cutting-proxy.js';
import { GatewayProcess } from '@test/gateway-process.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { WEBHOOK_SECRET, WEBHOOK_YAML } from '@test/webhook-yaml.js';

let db: TestDatabase;
let proxy: CuttingProxy;
let gateway: GatewayProcess;

beforeAll(async () => {
  db = await createTestDatabase();
  proxy = await startCuttingProxy(db.connection);
  gateway = await GatewayProcess.start({ database: proxy.connection, yaml: WEBHOOK_YAML });
});
afterAll(async () => {
  await gateway.close();
  await proxy.close();
  await db.drop();
});

const body = (n: number): string =>
  JSON.stringify({
    notification: 'NetworkStatusNotification',
    chargePointId: n,
    timestamp: '2026-03-14T09:26:53Z',
    networkStatus: 'available',
  });
const rows = async (table: string): Promise<number> =>
  (await db.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n ?? -1;

describe('a connection that is cut after the commit, before its answer', () => {
  it('still tells the sender "stored", and counts no second copy', async () => {
    await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body(1));
    proxy.cutAfterNextAppend();
    const answer = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body(2));
    expect(proxy.cuts).toBe(1);
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'stored' } });
    expect([await rows('event'), await rows('duplicate')]).toEqual([2, 0]);
  });

  it('still tells the sender of a further copy "duplicate", and records it once', async () => {
    proxy.cutAfterNextAppend();
    const answer = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body(2));
    expect(proxy.cuts).toBe(2);
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'duplicate' } });
    expect([await rows('event'), await rows('duplicate')]).toEqual([2, 1]);
  });
});
