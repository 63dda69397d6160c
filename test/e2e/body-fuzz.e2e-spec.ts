import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuidV7 } from '@chargelog/domain';
import { prepare } from '@chargelog/pipeline';
import { inParallel } from '@test/faults/storm.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { hostileBody } from '@test/hostile-bodies.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

/** More in `npm run test:long`; a longer run by hand, which says its figures: `FUZZ_CASES=100000`. */
const CASES = Number(
  process.env['FUZZ_CASES'] ?? (process.env['LONG_SEARCH'] === undefined ? 2_000 : 10_000),
);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
const SENDERS = 16;
const SOURCE = { id: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme', tenantId: 1 } as const;

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start();
});
afterAll(() => gateway?.close());

const count = async (text: string): Promise<number> =>
  Number(
    (await gateway.db.database.pool.query<{ n: string }>(`select count(*) as n from ${text}`)).rows[0]?.n,
  );

function expected(body: Buffer): readonly string[] {
  const receivedAt = Date.now();
  const prepared = prepare({
    key: newUuidV7(receivedAt),
    source: SOURCE,
    receivedAt,
    body,
    headers: {},
  });
  return prepared.outcome === 'event' ? ['stored', 'duplicate'] : ['quarantined'];
}

describe('a signed body of whatever bytes', () => {
  it('is acknowledged and accounted for, and no row of it is refused by the database', async () => {
    const startedAt = performance.now();
    const outcomes: Partial<Record<string, number>> = {};
    const bodies = fc.sample(hostileBody, { numRuns: CASES, seed: SEED });
    await inParallel(SENDERS, bodies, async (body) => {
      const { status, body: answer } = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body);
      const outcome = answer.outcome ?? `${status} ${answer.code}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (status !== 202 || !expected(body).includes(outcome))
        throw new Error(`${outcome} for ${body.toString('base64')}`);
    });
    if (process.env['FUZZ_CASES'] !== undefined) {
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
      process.stdout.write(`${CASES} signed bodies in ${seconds} s: ${JSON.stringify(outcomes)}\n`);
    }
    expect([await count('event'), await count('duplicate'), await count('quarantine')]).toEqual([
      outcomes['stored'],
      outcomes['duplicate'],
      outcomes['quarantined'],
    ]);
    expect(await count(`quarantine where reason = 'refused-by-store'`)).toBe(0);

    // What was taken in is served: every event, and in the feed each once.
    const feed = await gateway.wholeFeed();
    expect(new Set(feed.map(({ id }) => id)).size).toBe(outcomes['stored']);
    expect((await fetch(`${gateway.baseUrl}/health/ready`)).status).toBe(200);
    expect(gateway.output).not.toContain('request failed');
  }, 3_600_000);
});
