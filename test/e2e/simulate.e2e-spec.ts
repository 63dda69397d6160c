import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { describeWithKafka } from '@test/kafka-topic.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import type { TestBroker } from '@test/kafka/start-broker.js';
import type { CliRun } from '@test/run-cli.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

const SIMULATOR = new URL('../../dist/apps/simulator/src/main.js', import.meta.url).pathname;
const TOPIC = 'simulated';

let broker: TestBroker;
let gateway: GatewayWithDatabase;

function simulate(args: readonly string[]): Promise<CliRun> {
  const credentials = join(gateway.folder, 'credentials.json');
  const child = spawn(process.execPath, [SIMULATOR, '--credentials', credentials, ...args], {
    cwd: gateway.folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describeWithKafka('the fake AMPECO', () => {
  beforeAll(async () => {
    broker = await sharedBroker();
    gateway = await GatewayWithDatabase.start({
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
