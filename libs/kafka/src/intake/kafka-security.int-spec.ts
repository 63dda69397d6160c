import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import zlib from 'node:zlib';
import type { NotificationSource } from '@chargelog/pipeline';
import { findKafka } from '@test/kafka/find-kafka.js';
import { KafkaBench, numbered } from '@test/kafka/kafka-bench.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import type { TestBroker } from '@test/kafka/start-broker.js';
import type { KafkaConsumerConfig } from './consumer-config.js';

const kafka = await findKafka();
const isOwn = kafka.available && kafka.origin.kind !== 'external';
const why = kafka.available ? 'the broker at KAFKA_BROKERS has its own listeners' : kafka.reason;

describe.skipIf(!isOwn)(
  `a Kafka source and the broker's security${isOwn ? '' : ` (skipped: ${why})`}`,
  () => {
    let broker: TestBroker;
    const open = async (config: Partial<KafkaConsumerConfig>) => {
      const bench = await KafkaBench.open(broker);
      await bench.produce(numbered(20));
      return { bench, source: bench.startSource(config) };
    };
    const sasl = (mechanism: NonNullable<KafkaConsumerConfig['sasl']>['mechanism']) => ({
      mechanism,
      username: broker.username,
      password: broker.password,
    });
    const detailOf = async (bench: KafkaBench, source: NotificationSource) =>
      (await bench.untilHealth(source, ({ state }) => state === 'restarting')).detail;

    beforeAll(async () => {
      broker = await sharedBroker();
    });

    it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
      'reads with SASL_PLAINTEXT and %s',
      async (mechanism) => {
        const { bench } = await open({
          brokers: [broker.brokers.saslPlaintext],
          securityProtocol: 'SASL_PLAINTEXT',
          sasl: sasl(mechanism),
        });

        await bench.untilTaken(20);
      },
    );

    it('reads with SSL and a client certificate', async () => {
      const { bench } = await open({
        brokers: [broker.brokers.ssl],
        securityProtocol: 'SSL',
        tls: { ca: broker.ca, cert: broker.clientCert, key: broker.clientKey },
      });

      await bench.untilTaken(20);
    });

    it('reads with SASL_SSL, SCRAM-SHA-256 and a server name of its own', async () => {
      const { bench } = await open({
        brokers: [broker.brokers.saslSsl],
        securityProtocol: 'SASL_SSL',
        sasl: sasl('SCRAM-SHA-256'),
        tls: { ca: broker.ca, serverName: 'localhost' },
      });

      await bench.untilTaken(20);
    });

    it.each(['PLAIN', 'SCRAM-SHA-512'] as const)(
      'says that a %s password is wrong, keeps trying, and never writes it anywhere',
      async (mechanism) => {
        const password = 'not-the-password';
        const { bench, source } = await open({
          brokers: [broker.brokers.saslPlaintext],
          securityProtocol: 'SASL_PLAINTEXT',
          sasl: { ...sasl(mechanism), password },
        });

        expect(await detailOf(bench, source)).toMatch(
          /^SASL authentication failed: the brokers refuse username or password/,
        );

        const attempts = () =>
          bench.lines.filter(({ message }) => message.startsWith('Kafka consumer ended')).length;
        await bench.untilHealth(source, () => attempts() >= 2);
        expect(JSON.stringify([bench.lines, source.health().detail])).not.toContain(password);
        expect(bench.eventLog.taken).toEqual([]);
      },
    );

    it.each(['PLAIN', 'SCRAM-SHA-512'] as const)(
      'reads as soon as the %s password is right, which it asks for at every login',
      async (mechanism) => {
        let password = 'not-the-password-yet';
        const { bench, source } = await open({
          brokers: [broker.brokers.saslPlaintext],
          securityProtocol: 'SASL_PLAINTEXT',
          sasl: {
            mechanism,
            username: broker.username,
            get password() {
              return password;
            },
          },
        });
        expect(await detailOf(bench, source)).toMatch(/authentication failed/);

        password = broker.password;

        await bench.untilTaken(20);
        await bench.untilHealth(source, ({ state, detail }) => state === 'running' && detail === undefined);
      },
    );

    it('reads as soon as authority and client certificate are right, which it asks for at every connection', async () => {
      let tls: KafkaConsumerConfig['tls'] = { ca: broker.clientCert };
      const { bench, source } = await open({
        brokers: [broker.brokers.ssl],
        securityProtocol: 'SSL',
        get tls() {
          return tls;
        },
      });
      expect(await detailOf(bench, source)).toMatch(/certificate/);
      tls = { ca: broker.ca };
      await bench.untilHealth(source, ({ detail }) => /alert|handshake|closed|required/i.test(detail ?? ''));

      tls = { ca: broker.ca, cert: broker.clientCert, key: broker.clientKey };

      await bench.untilTaken(20);
    });

    it('reads from a broker that is named by its IPv6 address in brackets', async () => {
      const addresses: (string | undefined)[] = [];
      const [host = '', port] = broker.brokers.saslPlaintext.split(':');
      const door = createServer((socket) => {
        addresses.push(socket.localAddress);
        const inner = connect(Number(port), host);
        socket.on('error', () => inner.destroy()).pipe(inner);
        inner.on('error', () => socket.destroy()).pipe(socket);
      }).listen(0, '::1');
      onTestFinished(() => void door.close());
      await once(door, 'listening');
      const { bench } = await open({
        brokers: [`[::1]:${(door.address() as AddressInfo).port}`],
        securityProtocol: 'SASL_PLAINTEXT',
        sasl: sasl('PLAIN'),
      });

      await bench.untilTaken(20);

      expect(new Set(addresses)).toEqual(new Set(['::1']));
    });

    it('refuses a broker whose certificate it has no reason to trust', async () => {
      const { bench, source } = await open({
        brokers: [broker.brokers.saslSsl],
        securityProtocol: 'SASL_SSL',
        sasl: sasl('PLAIN'),
      });

      expect(await detailOf(bench, source)).toMatch(/not trusted: set `tls.ca`/);
    });

    it('refuses a broker whose certificate carries another name', async () => {
      const { bench, source } = await open({
        brokers: [broker.brokers.saslSsl],
        securityProtocol: 'SASL_SSL',
        sasl: sasl('PLAIN'),
        tls: { ca: broker.ca, serverName: 'kafka.example' },
      });

      expect(await detailOf(bench, source)).toMatch(
        /its certificate is for another name: set `tls.serverName`/,
      );
    });

    it('says that a broker wants a client certificate', async () => {
      const { bench, source } = await open({
        brokers: [broker.brokers.ssl],
        securityProtocol: 'SSL',
        tls: { ca: broker.ca },
      });

      expect(await detailOf(bench, source)).toMatch(/certificate|handshake|closed/i);
      expect(bench.eventLog.taken).toEqual([]);
    });

    it.each([
      ['topic', 'blocked', /this user may not read topic ampeco/],
      ['group', 'restarting', /this user may not use the consumer group: allow READ/],
    ] as const)(
      'says that the right to read the %s was taken from it, and goes on when it is given back',
      async (what, expected, reason) => {
        const { bench, source } = await open({
          brokers: [broker.brokers.saslPlaintext],
          securityProtocol: 'SASL_PLAINTEXT',
          sasl: sasl('PLAIN'),
          // It may not even leave the group, and its successor waits until the broker has forgotten it.
          sessionTimeoutMs: 2_000,
        });
        await bench.untilTaken(20);
        const allow = await bench.deny(what, broker.username);
        await bench.produce(numbered(5, 20));

        const health = await bench.untilHealth(
          source,
          ({ state, detail }) => state !== 'running' && reason.test(detail ?? ''),
        );
        expect(health.state).toBe(expected);
        await allow();

        await bench.untilTaken(25);
        expect(bench.bodies()).toEqual(numbered(25));
        await bench.untilHealth(source, ({ state, detail }) => state === 'running' && detail === undefined);
      },
    );

    describe('record batches that the broker has compressed', () => {
      const compressed = async (codec: string) => {
        // The broker compresses what arrives with its own library, as a Java producer would have.
        const topic = { configEntries: [{ name: 'compression.type', value: codec }] };
        const bench = await KafkaBench.open(broker, topic);
        // More than 64 KiB, the block size of LZ4, in one record batch.
        await bench.produce(numbered(5_000));
        return { bench, source: bench.startSource() };
      };
      const codecs = ['gzip', 'snappy', 'lz4', ...(zlib.zstdDecompressSync === undefined ? [] : ['zstd'])];

      it.each(codecs)('are read: %s', async (codec) => {
        const { bench } = await compressed(codec);

        await bench.untilTaken(5_000);

        expect(bench.bodies()).toEqual(numbered(5_000));
      });

      it.skipIf(zlib.zstdDecompressSync !== undefined)(
        'with zstd wait in their partition, with the reason, when this Node cannot read them',
        async () => {
          const { bench, source } = await compressed('zstd');

          const health = await bench.untilHealth(source, ({ state }) => state === 'blocked');
          expect(health.detail).toMatch(/has no zstd\. Run Node 22\.15 or newer/);
          expect(health.lag).toBe(5_000n);
          expect(await bench.position()).toBe(0n);
        },
      );
    });
  },
);
