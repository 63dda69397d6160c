import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import type { GatewayProcess } from '@test/gateway-process.js';
import { ACME_SECRET, body, OLD_SECRET, startInstances, yaml, type Instances } from '@test/instances.js';
import { makeKey } from '@test/make-key.js';
import type { TestDatabase } from '@test/test-database.js';

const LATE = 'a-token-that-is-added-at-the-end';

interface Secret {
  readonly name: string;
  readonly origin: string;
  readonly fingerprint: string;
  readonly readable: boolean;
  readonly lastSignedAt: string | null;
}
interface Act {
  readonly id: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}

let instances: Instances | undefined;
let db: TestDatabase;
let first: GatewayProcess;
let second: GatewayProcess;
let doorOnly: GatewayProcess;
beforeAll(async () => {
  instances = await startInstances();
  ({ db, first, second, doorOnly } = instances);
});
afterAll(() => instances?.close());

const secretsOf = async (gateway: GatewayProcess, source: string): Promise<readonly Secret[]> =>
  (
    await gateway.api<{ data: readonly { name: string; secrets: readonly Secret[] }[] }>('/v1/sources')
  ).body.data.find(({ name }) => name === source)?.secrets ?? [];
const statusOfDelivery = async (gateway: GatewayProcess, secret: string, n: number): Promise<number> =>
  (await gateway.postWebhook('acme', secret, body(n))).status;

describe('a secret', () => {
  const ADDED = 'the-token-that-was-added-0001';
  const add = (name: string, value: string) =>
    first.api<Secret>('/v1/sources/acme/secrets', { method: 'POST', body: { name, value } });

  /** Id of the key that an instance seals the next rejection with. */
  async function keyThatSeals(gateway: GatewayProcess): Promise<string | undefined> {
    const since = new Date();
    await statusOfDelivery(gateway, 'a-token-nobody-knows', 799);
    const query = 'select key_id from rejection where received_at >= $1 order by id';
    const { rows } = await eventually(
      () => db.database.pool.query<{ key_id: string }>(query, [since]),
      ({ rowCount }) => (rowCount ?? 0) > 0,
    );
    return rows.at(-1)?.key_id;
  }

  it('that is added is in use on other instances within seconds, beside those there are', async () => {
    expect(await statusOfDelivery(second, ADDED, 700)).toBe(401);
    const added = await add('spring', ADDED);
    expect(added.status).toBe(201);
    expect(JSON.stringify(added.body)).not.toContain(ADDED);
    for (const gateway of [second, doorOnly])
      await eventually(
        () => statusOfDelivery(gateway, ADDED, 701),
        (status) => status === 202,
      );
    expect(await statusOfDelivery(second, ACME_SECRET, 702)).toBe(202);
  });

  it('shows on every instance when it signed last', async () => {
    const live = await eventually(
      () => secretsOf(first, 'acme'),
      (secrets) => secrets.filter(({ lastSignedAt }) => lastSignedAt !== null).length === 2,
    );
    expect(live.map(({ name, origin, lastSignedAt }) => [name, origin, lastSignedAt !== null])).toEqual([
      ['a', 'configuration', true],
      ['old', 'configuration', false],
      ['spring', 'api', true],
    ]);
  });

  it('of the configuration is not retired by a call, one nobody knows not at all', async () => {
    const retire = (name: string) => first.api(`/v1/sources/acme/secrets/${name}`, { method: 'DELETE' });
    expect((await retire('a')).status).toBe(409);
    expect((await retire('nothing')).status).toBe(404);
  });

  it('is sealed under a new key by rotation, kept rejections too, and both open with that key alone', async () => {
    await eventually(
      async () =>
        (await first.api<{ data: readonly unknown[] }>('/v1/rejections?source=acme')).body.data.length,
      (kept) => kept > 0,
    );
    const keys = join(first.folder, 'secrets.key');
    const present = randomBytes(32).toString('base64');
    writeFileSync(keys, [present, ...first.secretsKeys].join('\n'));
    interface Rotation {
      readonly keyId: string;
      readonly resealed: number;
      readonly unreadable: number;
    }
    const rotate = () => first.api<Rotation>('/v1/secrets/rotate-key', { method: 'POST' });
    expect((await rotate()).body).toMatchObject({ unreadable: 0, formerKeys: 2 });
    // The other instances seal with the former key until they have seen the new one.
    const { keyId } = (await rotate()).body;
    for (const gateway of [second, doorOnly])
      await eventually(
        () => keyThatSeals(gateway),
        (used) => used === keyId,
      );
    await rotate();
    expect((await rotate()).body).toMatchObject({ resealed: 0, unreadable: 0 });
    writeFileSync(keys, present);
    await first.stop();
    await first.restart();
    expect((await secretsOf(first, 'acme')).map(({ readable }) => readable)).toEqual([true, true, true]);
    expect(await statusOfDelivery(first, ADDED, 703)).toBe(202);
    const explained = await first.api('/v1/doctor/signature', {
      method: 'POST',
      body: { source: 'acme' },
    });
    expect(explained.status).toBe(200);
  });

  it('that is retired verifies nothing any more, on any instance', async () => {
    const retired = await first.api('/v1/sources/acme/secrets/spring', { method: 'DELETE' });
    expect(retired.status).toBe(204);
    for (const gateway of [first, second, doorOnly])
      await eventually(
        () => statusOfDelivery(gateway, ADDED, 704),
        (status) => status === 401,
      );
    expect(await statusOfDelivery(first, ACME_SECRET, 705)).toBe(202);
  });

  it('taken out of the YAML file is retired at the next start', async () => {
    expect(await statusOfDelivery(first, OLD_SECRET, 706)).toBe(202);
    await first.stop();
    writeFileSync(join(first.folder, 'chargelog.yaml'), yaml());
    await first.restart();
    expect(await statusOfDelivery(first, OLD_SECRET, 707)).toBe(401);
    expect((await secretsOf(first, 'acme')).map(({ name }) => name)).toEqual(['a']);
    expect(await statusOfDelivery(second, OLD_SECRET, 708)).toBe(202); // its own file still names it
  });
});

describe('the audit log', () => {
  it('has every administrative act, with who did it, and nothing of other calls', async () => {
    const { keyId, key } = await makeKey(first, ['admin', 'quarantine', 'replays'], { name: 'auditor' });
    const actor = `key/${keyId}/auditor`;
    const held = await Promise.all(
      [1, 2].map(
        async (n) => (await first.postWebhook('acme', ACME_SECRET, `not JSON ${n}`)).body.quarantineId,
      ),
    );
    await first.postWebhook('acme', LATE, body(800));
    const acts: readonly (readonly [method: string, path: string, body?: unknown])[] = [
      ['POST', '/v1/keys', { name: 'made by auditor', scopes: ['metrics'] }],
      ['POST', '/v1/sources/acme/secrets', { name: 'late', value: LATE }],
      ['POST', '/v1/secrets/rotate-key'],
      ['POST', `/v1/quarantine/${held[0]}/discard`, { reason: 'a test' }],
    ];
    const keys = join(first.folder, 'secrets.key');
    writeFileSync(keys, [randomBytes(32).toString('base64'), readFileSync(keys, 'utf8')].join('\n'));
    for (const [method, path, given] of acts) {
      const answer = await first.api(path, { key, method, ...(given !== undefined && { body: given }) });
      expect(answer.status, path).toBeLessThan(300);
    }
    await eventually(
      async () =>
        (
          await first.api<{ stored: number }>('/v1/rejections/reverify', {
            key,
            method: 'POST',
            body: { source: 'acme' },
          })
        ).body.stored,
      (stored) => stored > 0,
    );
    const target = { url: 'http://127.0.0.1:9/a-path-with-a-credential' };
    const replay = await first.api<{ replayId: string }>('/v1/replays', {
      key,
      method: 'POST',
      body: { target },
    });
    await first.api(`/v1/replays/${replay.body.replayId}`, { key, method: 'DELETE' });
    await first.api('/v1/sources/acme/secrets/late', { key, method: 'DELETE' });
    await first.api(`/v1/keys/${keyId}`, { key, method: 'DELETE' });

    const { body: page } = await second.api<{ data: readonly Act[] }>('/v1/audit?limit=200');
    const of = (who: string): string[] =>
      page.data
        .filter((act) => act.actor === who)
        .map(({ action }) => action)
        .toReversed();
    expect(of(actor)).toEqual([
      'key.create',
      'secret.add',
      'secrets.rotate-key',
      'quarantine.discard',
      'rejections.reverify',
      'replay.create',
      'replay.cancel',
      'secret.retire',
      'key.revoke',
    ]);
    expect(JSON.stringify(page)).not.toContain('a-path-with-a-credential');
    expect(new Set(of('bootstrap'))).toEqual(
      new Set(['key.create', 'secret.add', 'secret.retire', 'secrets.rotate-key']),
    );
    expect(of('system').filter((action) => action === 'secret.retire')).toHaveLength(1);
  });

  it('is read page by page', async () => {
    const all = (await first.api<{ data: readonly Act[] }>('/v1/audit?limit=200')).body.data;
    const paged: Act[] = [];
    for (let after = ''; ;) {
      const { body: page } = await first.api<{ data: readonly Act[]; next: string | null }>(
        `/v1/audit?limit=7${after}`,
      );
      paged.push(...page.data);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(paged).toEqual(all);
  });
});
