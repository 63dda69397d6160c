import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { EventFlag, readNotificationBody } from '@chargelog/domain';
import { describe, expect, it } from 'vitest';
import { loadSamples, loadSignatureVectors } from '../../../test/fixtures/ampeco/load.js';
import { NOTIFICATIONS, recognize } from './index.js';

const SAMPLES = loadSamples();
const TABLES = new Set(['expected.json', 'departures.json']);

describe('AMPECO samples', () => {
  it.each(SAMPLES)('recognizes $file as $type', ({ body, type, subject, related, flags, departures }) => {
    const read = readNotificationBody(body);
    if (!read.ok) throw new Error(`the sample cannot be read: ${read.detail}`);

    const recognition = recognize(read.notification, read.value);

    expect(recognition.type).toBe(type);
    expect(recognition.subject).toEqual(subject);
    expect(decimal(recognition.related)).toEqual(related);
    expect(recognition.flags).toBe(flags.reduce((sum, flag) => sum | EventFlag[flag], 0));
    expect(recognition.departures.map(({ kind, path }) => ({ kind, path }))).toEqual(departures);
  });

  it('hold one file for every notification name, named after it', () => {
    const files = SAMPLES.map(({ file }) => file).filter((file) => !file.includes('/'));
    expect(files.toSorted()).toEqual(NOTIFICATIONS.map(({ name }) => `${name}.json`).toSorted());
    for (const { file, notification } of SAMPLES) {
      if (!file.includes('/')) expect(file).toBe(`${notification}.json`);
    }
  });

  it('are all in the table of expectations', () => {
    const folder = new URL('../../../test/fixtures/ampeco/', import.meta.url);
    const onDisk = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.json') && !TABLES.has(file) && !file.includes('/_'));
    expect(SAMPLES.map(({ file }) => file).toSorted()).toEqual(onDisk.toSorted());
  });
});

describe('signature vectors', () => {
  it.each(loadSignatureVectors())('sign $sample as they say', (vector) => {
    const { body, token } = vector;
    const stamp = vector.headers['X-Timestamp'] ?? '';
    const sign = (...parts: (string | Buffer)[]) => {
      const hmac = createHmac('sha256', token);
      for (const part of parts) hmac.update(part);
      return hmac.digest();
    };
    expect(sign(body).toString('hex')).toBe(vector.hex);
    expect(sign(body).toString('base64')).toBe(vector.base64);
    expect({
      'timestamp+body': sign(stamp, body).toString('hex'),
      'timestamp.body': sign(stamp, '.', body).toString('hex'),
      'body+timestamp': sign(body, stamp).toString('hex'),
    }).toEqual(vector.stampedHex);
  });

  it('carry the notification of the sample they name', () => {
    for (const { sample, body } of loadSignatureVectors()) {
      const file = SAMPLES.find((each) => each.file.endsWith(`${sample}.json`));
      expect(JSON.parse(body.toString())).toEqual(JSON.parse(file?.body.toString() ?? 'null'));
    }
  });
});

function decimal(related: Readonly<Partial<Record<string, bigint>>>): Record<string, string> {
  return Object.fromEntries(Object.entries(related).map(([resource, id]) => [resource, String(id)]));
}
