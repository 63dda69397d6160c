import { spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '@chargelog/http';
import { dumpDatabase } from '@test/dump-database.js';
import { eventually } from '@test/eventually.js';
import { databaseUrl, GatewayProcess } from '@test/gateway-process.js';
import { hasKafka } from '@test/kafka-topic.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import type { TestBroker } from '@test/kafka/start-broker.js';
import { callsOf, readDocument, target } from '@test/openapi/call.js';
import { startRelay, type Relay } from '@test/relay.js';
import { secretsIn } from '@test/secret-scan.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';

const MAIN = new URL('../../dist/apps/gateway/src/main.js', import.meta.url).pathname;

/** Nothing else looks like these. */
const token = (name: string): string => `${name}-${randomBytes(12).toString('base64url')}/+ä`;
const SECRETS: Record<string, string | Buffer> = {
  'webhook secret of the YAML file': token('yaml'),
  'webhook secret of the environment': token('env'),
  'webhook secret of a file': token('file'),
  'webhook secret added by the API': token('api'),
  'webhook secret that was refused': token('refused'),
  'Kafka password': token('kafka'),
  'wrong database password': token('database'),
  'key nobody has': `clk_${randomBytes(32).toString('base64url')}`,
  'credential of a stranger at the webhook door': token('stranger'),
  'password in a target': token('target'),
  'token in the query of a target': token('query'),
};
const of = (name: string): string => String(SECRETS[name]);

const yaml = (broker: string): string => `
sources:
  - name: ampeco
    kind: webhook
    tenant: acme
    secrets:
      - { name: literal, value: '${of('webhook secret of the YAML file')}' }
      - { name: env, value: '\${AMPECO_TOKEN}' }
      - { name: file, value: 'file:token' }
  - name: topics
    kind: kafka
    tenant: acme
    brokers: ['${broker}']
    topics: [ampeco.notifications]
    groupId: g
    securityProtocol: SASL_PLAINTEXT
    sasl: { mechanism: SCRAM-SHA-512, username: chargelog, password: '\${KAFKA_PASSWORD}' }
targets: { allow: [127.0.0.1] }
`;
const ENV = { AMPECO_TOKEN: of('webhook secret of the environment'), KAFKA_PASSWORD: of('Kafka password') };

let db: TestDatabase;
let broker: TestBroker | undefined;
let relay: Relay;
let gateway: GatewayProcess;
let document: OpenApiDocument;
/** All that came out, by where. */
const output: Record<string, string> = {};
const answers: string[] = [];

/** Starts a gateway that cannot start, and keeps what it says. */
function failToStart(name: string, env: Record<string, string>, config: string): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
  writeFileSync(join(folder, 'chargelog.yaml'), config);
  writeFileSync(join(folder, 'token'), of('webhook secret of a file'));
  writeFileSync(join(folder, 'admin.key'), gateway.adminKey, { mode: 0o600 });
  writeFileSync(join(folder, 'secrets.key'), gateway.secretsKeys.join('\n'), { mode: 0o600 });
  const files = { CHARGELOG_ADMIN_KEY_FILE: 'admin.key', CHARGELOG_SECRETS_KEY_FILE: 'secrets.key' };
  const run = spawnSync(process.execPath, [MAIN], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'trace', ...ENV, ...files, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  rmSync(folder, { recursive: true, force: true });
  output[name] = run.stdout + run.stderr;
  return run.status;
}

async function call(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(gateway.baseUrl + path, { redirect: 'manual', ...init });
  const text = await response.text();
  answers.push(`${init.method ?? 'GET'} ${path.replace(/\?.*/s, '')} ${response.status}`);
  answers.push(JSON.stringify([...response.headers]), text);
  return { status: response.status, text };
}
const withKey = (init: RequestInit = {}, key = gateway.adminKey): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${key}` },
});
const post = (path: string, body: unknown) =>
  call(path, withKey({ method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }));
const deliver = (body: string, secret: string, headers: Record<string, string> = {}) =>
  call('/webhooks/ampeco?token=in-a-query', {
    method: 'POST',
    body,
    headers: { 'x-signature': createHmac('sha256', secret).update(body).digest('hex'), ...headers },
  });

/** Each call as its example has it, or with something wrong in it. */
async function callAll(how: 'as described' | 'wrongly'): Promise<void> {
  for (const { method, path, operation } of callsOf(document)) {
    const example = Object.values(operation.requestBody?.content ?? {})[0]?.example;
    const url = target({ method, path, operation }, (parameter) => parameter.example);
    // Made apart: its answer holds a key that is shown this once.
    if (operation.operationId === 'createKey' && how === 'as described') continue;
    const body =
      how === 'as described' ? JSON.stringify(example) : `{"a":"${of('webhook secret that was refused')}"`;
    const init = { method, ...(example !== undefined && { body }) };
    const query = how === 'as described' ? '' : `${url.includes('?') ? '&' : '?'}a=b`;
    await call(url + query, withKey(init));
    await call(url, init);
  }
}

beforeAll(async () => {
  if (hasKafka) broker = await sharedBroker();
  db = await createTestDatabase();
  relay = await startRelay(db.connection);
  const folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
  writeFileSync(join(folder, 'token'), of('webhook secret of a file'));
  gateway = await GatewayProcess.start({
    folder,
    database: relay.connection,
    yaml: yaml(broker?.brokers.saslPlaintext ?? '127.0.0.1:9'),
    env: { ...ENV, LOG_LEVEL: 'trace', INTAKE_PORT: '0' },
  });
  SECRETS['admin key'] = gateway.adminKey;
  SECRETS['database password'] = String(db.connection.password);
  for (const [n, key] of gateway.secretsKeys.entries())
    SECRETS[`secrets key ${n}`] = Buffer.from(key, 'base64');
  document = await readDocument(gateway);
});
afterAll(async () => {
  await gateway?.close();
  await relay?.close();
  await db?.drop();
  rmSync(gateway.folder, { recursive: true, force: true });
});

describe('a gateway with secrets everywhere, at log level trace', () => {
  it('does what it can do with each of them', async () => {
    for (const name of ['of the YAML file', 'of the environment', 'of a file'])
      expect(
        (await deliver(`{"notification":"a","by":"${name}"}`, of(`webhook secret ${name}`))).status,
      ).toBe(202);
    const made = await fetch(
      `${gateway.baseUrl}/v1/keys`,
      withKey({ method: 'POST', body: JSON.stringify({ name: 'shown once', scopes: ['events:read'] }) }),
    );
    SECRETS['key shown once'] = ((await made.json()) as { key: string }).key;
    await call('/v1/events', withKey({}, of('key shown once')));
    const added = await post('/v1/sources/ampeco/secrets', {
      name: 'added',
      value: of('webhook secret added by the API'),
    });
    expect(added.status).toBe(201);
    await eventually(
      () => deliver('{"notification":"a","by":"api"}', of('webhook secret added by the API')),
      ({ status }) => status === 202,
    );
    const url = `http://127.0.0.1:9/?token=${encodeURIComponent(of('token in the query of a target'))}`;
    const replay = await post('/v1/replays', { target: { url } });
    expect(replay.status).toBe(202);
    const path = `/v1/replays/${(JSON.parse(replay.text) as { replayId: string }).replayId}`;
    await eventually(
      () => call(path, withKey()),
      ({ text }) => text.includes('ECONNREFUSED'), // tried, and waits for another attempt
    );
    await call('/v1/replays', withKey());
    expect((await call(path, withKey({ method: 'DELETE' }))).status).toBe(200);
    if (broker !== undefined)
      await eventually(
        () => gateway.output,
        (text) => /SASL|authentication/i.test(text),
      );
  });

  it('does not tell the public door of its brokers', async () => {
    const inside = await call('/health/ready');
    expect([inside.status, JSON.parse(inside.text)]).toMatchObject([
      503,
      { kafka: [{ source: 'topics', ok: false }] },
    ]);
    const intakeUrl = /intake\s+(http:\S+?)\/webhooks/.exec(gateway.output)?.[1] ?? '';
    const outside = await fetch(`${intakeUrl}/health/ready`);
    expect([outside.status, await outside.json()]).toMatchObject([200, { status: 'ready', kafka: [] }]);
  });

  it('refuses what is wrong with each of them', async () => {
    const refused = of('webhook secret that was refused');
    await deliver('{"notification":"a"}', refused, {
      authorization: `Bearer ${of('credential of a stranger at the webhook door')}`,
      cookie: `session=${of('credential of a stranger at the webhook door')}`,
    });
    await call('/v1/events', withKey({}, of('key nobody has')));
    await call(
      `/v1/events?key=${encodeURIComponent(refused)}&limit=${encodeURIComponent(refused)}`,
      withKey(),
    );
    await call(`/v1/events?type=${encodeURIComponent(refused)}`, withKey());
    for (const body of [
      { name: refused, value: 'x' },
      { name: 'a', value: refused, extra: refused },
      { name: 'added', value: refused },
      { name: 'another', value: of('webhook secret of the YAML file') },
      { name: 'a', value: [refused] },
      `{"name":"a","value":"${refused}`,
      refused,
    ])
      expect((await post('/v1/sources/ampeco/secrets', body)).status).toBeGreaterThanOrEqual(400);
    await post('/v1/keys', { name: 'a', scopes: [refused] });
    for (const url of [
      `http://user:${encodeURIComponent(of('password in a target'))}@10.0.0.1/`,
      `ftp://a/${encodeURIComponent(of('password in a target'))}`,
    ])
      expect((await post('/v1/replays', { target: { url } })).status).toBeGreaterThanOrEqual(400);
    await eventually(
      () => post('/v1/doctor/signature', { source: 'ampeco' }),
      ({ status }) => status === 200,
    );
    for (const name of ['of the YAML file', 'added by the API', 'that was refused']) {
      const body = `{"a":1}\n`;
      const signature = createHmac('sha256', of(`webhook secret ${name}`))
        .update('{"a":1}')
        .digest('base64');
      await post('/v1/doctor/signature', { source: 'ampeco', body, headers: { 'x-signature': signature } });
    }
  });

  it('answers every call, as described and wrongly, with a key and without', async () => {
    await callAll('as described');
    await callAll('wrongly');
    await call('/metrics', withKey());
    await call('/docs');
    await call('/');
    await post('/v1/secrets/rotate-key', '');
    expect((await call('/v1/audit?limit=200', withKey())).text).toContain('secret.add');
  });

  it('goes on where the database is away, and after a restart', async () => {
    await gateway.stop();
    output['the first run'] = gateway.output;
    await gateway.restart();
    relay.cut();
    await eventually(
      () => deliver('{"notification":"a","by":"nobody"}', of('webhook secret of the YAML file')),
      ({ status }) => status === 503,
    );
    await callAll('as described');
    await gateway.stop();
    output['the run without a database'] = gateway.output;
  });

  it('says why it cannot start', () => {
    const config = yaml('127.0.0.1:9');
    const url = (password: string, port = db.connection.port): string =>
      databaseUrl({ ...db.connection, password, port: port ?? 0 });
    const wrong = of('wrong database password');
    expect(failToStart('a wrong password', { DATABASE_URL: url(wrong) }, config)).toBe(1);
    const away = { DATABASE_URL: `postgres://u:${encodeURIComponent(wrong)}@127.0.0.1:9/x` };
    expect(failToStart('no server', away, config)).toBe(1);
    const broken = config.replace(
      'kind: webhook',
      `kind: webhok\n    token: '${of('webhook secret that was refused')}'`,
    );
    expect(
      failToStart('a wrong file', { ...away, PORT: 'x', DATABASE_URL: `mysql://u:${wrong}@h/x` }, broken),
    ).toBe(78);
    const notYaml = `${config}\n  - "${of('webhook secret of the YAML file')}": [`;
    expect(failToStart('no YAML', away, notYaml)).toBe(78);
    const keys = {
      ...away,
      CHARGELOG_SECRETS_KEY_FILE: '',
      CHARGELOG_SECRETS_KEY: of('webhook secret that was refused'),
    };
    expect(failToStart('wrong keys', keys, config)).toBe(78);
  });
});

describe('of all secrets', () => {
  it('none stands in what the gateway printed', () => {
    const printed = Object.entries(output);
    expect(printed).toHaveLength(7);
    for (const [name, text] of printed) {
      expect(text.length, name).toBeGreaterThan(50);
      expect(secretsIn(text, SECRETS), name).toEqual([]);
    }
    // Had it not spoken of these things, there would have been nothing to find.
    const all = printed.map(([, text]) => text).join('');
    const spoken = [
      '"level":20',
      'topics',
      'The event store cannot be reached',
      'password authentication failed',
      'sources[0].kind',
    ];
    expect(spoken.filter((words) => !all.includes(words))).toEqual([]);
  });

  it('none stands in what the gateway answered', () => {
    expect(answers.length).toBeGreaterThan(300);
    expect(secretsIn(answers.join('\n'), SECRETS)).toEqual([]);
  });

  it('none stands in the database', async () => {
    const dump = await dumpDatabase(db.database.pool);
    for (const table of ['source_secret', 'rejection', 'api_key', 'audit_entry', 'event'])
      expect(dump).toContain(`-- ${table}`);
    expect(dump).toContain('shown once');
    expect(secretsIn(dump, SECRETS)).toEqual([]);
  });
});
