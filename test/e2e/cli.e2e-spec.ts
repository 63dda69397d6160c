import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@test/eventually.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { runCli } from '@test/run-cli.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TOKEN = 'another-token-that-only-tests-use-0002';
const BODY = '{"notification":"cdr.received","id":"cli-1","createdAt":"2026-03-14T09:26:53Z"}';

describe('the program chargelog, against a gateway', () => {
  let gateway: GatewayWithDatabase;

  beforeAll(async () => {
    gateway = await GatewayWithDatabase.start();
  });
  afterAll(() => gateway?.close());

  function chargelog(args: readonly string[], input?: string) {
    const which = ['--url', gateway.baseUrl, '--key-file', join(gateway.folder, 'admin.key')];
    return runCli([...args, ...which], { cwd: gateway.folder, ...(input !== undefined && { input }) });
  }

  it('makes a key that works, lists it without showing it, and revokes it', async () => {
    const made = await chargelog(['keys', 'create', 'billing', '--scope', 'events:read', '--expires', '1d']);
    // A script takes it by KEY=$(chargelog keys create …).
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^clk_[\w-]{43}\n$/)]);
    const key = made.stdout.trim();
    expect((await gateway.api('/v1/events', { key })).status).toBe(200);
    expect((await gateway.api('/v1/keys', { key })).status).toBe(403);

    const listed = await chargelog(['keys', 'list']);
    expect(listed.stdout).toContain('billing');
    expect(listed.stdout).not.toContain(key);

    const id = /[0-9a-f-]{36}/.exec(made.stderr)?.[0] ?? '';
    expect((await chargelog(['keys', 'revoke', id])).code).toBe(0);
    expect((await gateway.api('/v1/events', { key })).status).toBe(401);
  });

  it.each([
    ['a scope that does not exist', ['keys', 'create', 'x', '--scope', 'events:write'], 2, /scopes/],
    ['a name in use', ['keys', 'create', 'twice', '--scope', 'metrics'], 2, /exists/],
    ['a key that nobody has', ['keys', 'revoke', 'nobody'], 2, /No key has this id/],
    ['a source that does not exist', ['doctor', 'signature', '--source', 'nobody'], 2, /No webhook source/],
    [
      'headers without a body',
      ['doctor', 'signature', '--source', 'ampeco', '--header', 'a: b'],
      2,
      /--body/,
    ],
    ['nothing on standard input', ['sources', 'secrets', 'add', 'ampeco'], 2, /standard input/],
    ['an unknown option', ['keys', 'list', '--nonsense'], 2, /--help/],
  ])('says what is wrong with %s', async (_what, args, code, message) => {
    await chargelog(['keys', 'create', 'twice', '--scope', 'metrics']);
    const run = await chargelog(args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(message);
    expect(run.stdout).toBe('');
  });

  it('explains a wrong secret, takes the right one from standard input, and admits what was rejected', async () => {
    const signature = createHmac('sha256', TOKEN).update(BODY).digest('hex');
    const rejected = await gateway.postWebhook('ampeco', TOKEN, BODY);
    expect(rejected.status).toBe(401);
    await eventually(
      () => chargelog(['rejections', 'list', '--source', 'ampeco']),
      ({ stdout }) => /signature-wrong +1 +1/.test(stdout),
    );
    const before = await chargelog(['doctor', 'signature', '--source', 'ampeco']);
    expect([before.code, before.stdout]).toEqual([1, expect.stringContaining('No secret reproduces')]);

    const added = await chargelog(['sources', 'secrets', 'add', 'ampeco', '--as', 'spring'], `${TOKEN}\n`);
    expect([added.code, added.stderr]).toEqual([0, '']);
    expect(added.stdout).not.toContain(TOKEN);
    const again = await eventually(
      () => chargelog(['rejections', 'reverify', '--source', 'ampeco']),
      ({ code }) => code === 0,
    );
    expect(again.stdout).toContain('admitted 1 (1 stored');
    expect((await chargelog(['rejections', 'list'])).stdout).toContain('None of them is waiting');

    const file = join(gateway.folder, 'delivery.json');
    writeFileSync(file, BODY);
    const after = await chargelog([
      'doctor',
      'signature',
      '--source',
      'ampeco',
      '--body',
      file,
      '--header',
      `X-Signature: ${signature}`,
    ]);
    expect([after.code, after.stdout]).toEqual([
      0,
      expect.stringContaining('secret spring of ampeco, form body:hex'),
    ]);
    const listed = await chargelog(['sources', 'list']);
    expect(listed.stdout).toMatch(/spring +[0-9a-f]{12} +api/);
    expect(listed.stdout + added.stdout + after.stdout).not.toContain(WEBHOOK_SECRET);
    expect((await chargelog(['rotate-secrets-key'])).stdout).toMatch(/Sealed \d+ secrets again|former/);
  });

  it('shows what is in quarantine, tries it again, and discards it with a reason', async () => {
    expect((await chargelog(['quarantine', 'list'])).stdout).toBe('Nothing waits in quarantine.\n');
    expect((await gateway.postWebhook('ampeco', WEBHOOK_SECRET, 'no \u001b[2J')).status).toBe(202);

    const listed = await chargelog(['quarantine', 'list', '--source', 'ampeco']);
    expect(listed.stdout).toMatch(/^id .*\n[0-9a-f-]{36} +ampeco .* not-json +7 /);
    const id = /^[0-9a-f-]{36}/m.exec(listed.stdout)?.[0] ?? '';
    expect((await chargelog(['quarantine', 'show', id])).stdout).toMatch(
      /^held, not-json: [^]*\n7 bytes:\nno \\x1b\[2J\n$/,
    );
    const released = await chargelog(['quarantine', 'release', id]);
    expect([released.code, released.stdout]).toEqual([
      1,
      expect.stringContaining('stays in quarantine: not-json'),
    ]);

    expect((await chargelog(['quarantine', 'discard', id])).code).toBe(2);
    expect((await chargelog(['quarantine', 'discard', id, '--reason', 'a test'])).code).toBe(0);
    expect((await chargelog(['quarantine', 'list', '--state', 'discarded'])).stdout).toContain(id);
    const late = await chargelog(['quarantine', 'release', id]);
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining('was discarded')]);
  });

  it('releases from quarantine with a corrected body', async () => {
    const { body } = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, '{"notification":"a.b",}');
    const id = body.quarantineId ?? '';
    const file = join(gateway.folder, 'corrected.json');
    writeFileSync(file, '{"notification":"a.b"}');
    const released = await chargelog(['quarantine', 'release', id, '--body', file, '--reason', 'a comma']);
    expect([released.code, released.stdout]).toEqual([0, expect.stringMatching(/^Released: stored, event /)]);
    expect((await chargelog(['quarantine', 'show', id])).stdout).toContain('{"notification":"a.b",}');
  });

  it('says that the gateway is not there', async () => {
    const run = await runCli(
      ['keys', 'list', '--url', 'http://127.0.0.1:9', '--key-file', join(gateway.folder, 'admin.key')],
      { cwd: gateway.folder },
    );
    expect([run.code, run.stderr]).toEqual([69, expect.stringContaining('Is the gateway running')]);
  });

  it('needs no address in the environment of a configured gateway, as with docker exec', async () => {
    const run = await runCli(['sources', 'list'], {
      cwd: gateway.folder,
      env: {
        HOST: '0.0.0.0',
        PORT: new URL(gateway.baseUrl).port,
        CHARGELOG_ADMIN_KEY_FILE: join(gateway.folder, 'admin.key'),
      },
    });
    expect([run.code, run.stdout, run.stderr]).toEqual([0, expect.stringContaining('ampeco'), '']);
  });

  it('checks a configuration without starting anything', async () => {
    const good = await runCli(['config', 'check'], { cwd: gateway.folder });
    expect([good.code, good.stderr]).toEqual([0, '']);
    expect(good.stdout).toContain('source ampeco: webhook, tenant acme, secret a set');
    const bad = await runCli(['config', 'check'], {
      cwd: gateway.folder,
      env: { PORT: 'eighty', CHARGELOG_SECRETS_KEY: 'hunter2' },
    });
    expect(bad.code).toBe(78);
    expect(bad.stderr).toMatch(/PORT[^]*CHARGELOG_SECRETS_KEY|CHARGELOG_SECRETS_KEY[^]*PORT/);
    expect(bad.stderr).not.toContain('hunter2');
  });
});
