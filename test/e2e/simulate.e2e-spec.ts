import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTestDatabase,
  findKafka,
  GatewayProcess,
  runCli,
  startBroker,
  WEBHOOK_SECRET,
  type TestBroker,
  type TestDatabase,
} from '@chargelog/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TOPIC = 'simulated';
const found = await findKafka(process.env);
const reason = found.available ? '' : ` (skipped: ${found.reason})`;

let broker: TestBroker;
let db: TestDatabase;
let gateway: GatewayProcess;

function simulate(args: readonly string[]) {
  const credentials = join(gateway.folder, 'credentials.json');
  return runCli(['simulate', '--credentials', credentials, ...args], { cwd: gateway.folder });
}

describe.skipIf(!found.available && process.env['REQUIRE_KAFKA'] !== '1')(`the fake AMPECO${reason}`, () => {
  beforeAll(async () => {
    broker = await startBroker();
    db = await createTestDatabase();
    gateway = await GatewayProcess.start({
      database: db.connection,
      yaml: `
sources:
  - { name: ampeco, kind: webhook, tenant: demo, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
  - { name: ampeco-kafka, kind: kafka, tenant: demo, brokers: ['${broker.brokers.plaintext}'], topics: [${TOPIC}], groupId: simulated }
`,
    });
    writeFileSync(
      join(gateway.folder, 'credentials.json'),
      JSON.stringify({
        baseUrl: gateway.baseUrl,
        adminKey: gateway.adminKey,
        webhooks: [{ source: 'ampeco', path: '/webhooks/ampeco', secret: WEBHOOK_SECRET }],
      }),
    );
  });
  afterAll(async () => {
    await gateway?.close();
    await broker?.stop();
    await db?.drop();
  });

  it('sends by webhook with duplicates out of order, and the gateway’s account agrees', async () => {
    const run = await simulate([
      '--rate',
      '200',
      '--duration',
      '3s',
      '--duplicates',
      '20',
      '--reorder',
      '20',
      '--quiet',
    ]);
    expect(run.stderr + run.stdout).toContain('AGREES');
    expect(run.code).toBe(0);
  });

  it('sends by both ways at once, and the gateway’s account agrees', async () => {
    const run = await simulate([
      '--rate',
      '100',
      '--duration',
      '3s',
      '--quiet',
      '--kafka',
      broker.brokers.plaintext,
      '--topic',
      TOPIC,
    ]);
    expect(run.stderr + run.stdout).toContain('AGREES');
    expect(run.code).toBe(0);
  });
});
