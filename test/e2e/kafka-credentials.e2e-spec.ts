import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '@test/eventually.js';
import { GatewayProcess } from '@test/gateway-process.js';
import { findKafka } from '@test/kafka/find-kafka.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { afterAll, beforeAll, describe, it } from 'vitest';

const found = await findKafka();
const isOwn = found.available && found.origin.kind !== 'external';
const TOPIC = 'credentials.notifications';

describe.skipIf(!isOwn)(
  `what the gateway is logged in to Kafka with${isOwn ? '' : ' (skipped: needs a broker with SASL)'}`,
  () => {
    let db: TestDatabase;
    let gateway: GatewayProcess;
    let folder: string;

    beforeAll(async () => {
      const broker = await sharedBroker();
      const kafka = new Kafka({ brokers: [broker.brokers.plaintext], logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
      await admin.disconnect();
      folder = mkdtempSync(join(tmpdir(), 'chargelog-credentials-'));
      writeFileSync(join(folder, 'password'), 'of yesterday\n');
      db = await createTestDatabase();
      gateway = await GatewayProcess.start({
        database: db.connection,
        yaml: `
sources:
  - name: ampeco-kafka
    kind: kafka
    tenant: acme
    brokers: ['${broker.brokers.saslPlaintext}']
    topics: [${TOPIC}]
    groupId: chargelog-credentials
    securityProtocol: SASL_PLAINTEXT
    sasl: { mechanism: PLAIN, username: ${broker.username}, password: 'file:${join(folder, 'password')}' }
`,
      });
      await untilKafka(503, ({ detail }) => /authentication failed/i.test(detail ?? ''));
      writeFileSync(join(folder, 'password'), `${broker.password}\n`);
    });
    afterAll(async () => {
      await gateway?.close();
      await db?.drop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function untilKafka(status: number, matches: (source: { detail?: string }) => boolean) {
      await eventually(
        () => gateway.api<{ readonly kafka: readonly { detail?: string }[] }>('/health/ready'),
        (answer) => answer.status === status && answer.body.kafka.every(matches),
      );
    }

    it('is read again from its file, so that a changed password needs no restart', async () => {
      await untilKafka(200, ({ detail }) => detail === undefined);
    });
  },
);
