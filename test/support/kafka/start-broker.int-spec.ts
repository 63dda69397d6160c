import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificates } from './certificates.js';
import { findKafka } from './find-kafka.js';
import { startBroker } from './start-broker.js';

const found = await findKafka();
const isOwn = found.available && found.origin.kind !== 'external';

describe.skipIf(!isOwn)(
  `a broker of our own${isOwn ? '' : ' (skipped: there is none, or KAFKA_BROKERS is set)'}`,
  () => {
    it('that cannot start says what the broker said', async () => {
      await expect(startBroker({ properties: { 'num.io.threads': 'many' } })).rejects.toThrow(
        /num\.io\.threads/,
      );
    });
  },
);

describe('finding a broker', () => {
  const folders: string[] = [];
  const folder = async () => {
    const made = await mkdtemp(join(tmpdir(), 'find-kafka-'));
    folders.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true });
  });

  it('takes the one at KAFKA_BROKERS before all others, and leaves it alone', async () => {
    const broker = await startBroker({ env: { ...process.env, KAFKA_BROKERS: 'kafka.example:9092' } });

    expect(broker).toMatchObject({ owned: false, brokers: { plaintext: 'kafka.example:9092', ssl: '' } });
    expect(broker.how).toBe('the broker at KAFKA_BROKERS=kafka.example:9092');
    await broker.stop();
    await expect(broker.kill()).rejects.toThrow(/not ours/);
  });

  it('names what is missing and the three ways to get one', async () => {
    const env = { PATH: await folder(), HOME: await folder() };

    const absent = await findKafka(env);

    expect(absent.available).toBe(false);
    const reason = absent.available ? '' : absent.reason;
    expect(reason).toMatch(/^no Kafka broker: Java is not installed, no Docker engine answers\./);
    for (const way of ['KAFKA_BROKERS', 'Java 17', 'Docker engine']) expect(reason).toContain(way);
  });

  it('is a failure without one when REQUIRE_KAFKA=1', async () => {
    const env = { PATH: await folder(), REQUIRE_KAFKA: '1' };

    await expect(findKafka(env)).rejects.toThrow(/^REQUIRE_KAFKA=1, but no Kafka broker/);
  });

  it('does not take a Java that is too old, nor a folder without the jars', async () => {
    const home = await folder();
    const old = join(home, 'java');
    await writeFile(old, `#!/bin/sh\necho 'openjdk version "11.0.2" 2019-01-15' >&2\n`, { mode: 0o755 });
    expect(await findKafka({ PATH: `${home}:/bin:/usr/bin`, KAFKA_LIBS: home })).toMatchObject({
      reason: expect.stringContaining('Java 11 is older than 17'),
    });
    await writeFile(old, `#!/bin/sh\necho 'openjdk version "21.0.2" 2024-01-15' >&2\n`, { mode: 0o755 });
    expect(await findKafka({ PATH: `${home}:/bin:/usr/bin`, KAFKA_LIBS: home })).toMatchObject({
      reason: expect.stringContaining('holds no kafka_2.13 jar'),
    });
  });
});

describe('the test authority', () => {
  it('issues certificates that verify, for localhost and 127.0.0.1 alone', () => {
    const { ca, serverCert, clientCert } = createCertificates();
    const [authority, server, client] = [ca, serverCert, clientCert].map((pem) => new X509Certificate(pem));

    expect(authority?.ca).toBe(true);
    for (const certificate of [authority, server, client]) {
      expect(certificate?.verify(authority!.publicKey)).toBe(true);
      expect(new Date(certificate?.validTo ?? '').getTime()).toBeGreaterThan(Date.now());
      expect(new Date(certificate?.validFrom ?? '').getTime()).toBeLessThan(Date.now());
    }
    expect(server?.ca).toBe(false);
    expect(server?.checkHost('localhost')).toBe('localhost');
    expect(server?.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(server?.checkHost('kafka.example')).toBeUndefined();
  });
});
