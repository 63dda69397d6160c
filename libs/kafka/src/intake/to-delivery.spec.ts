import type { IHeaders, KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafkaDeliveryKey } from '@chargelog/domain';
import { sizeOf, toDelivery } from './to-delivery.js';

const origin = {
  source: { id: 7, name: 'ampeco-kafka', kind: 'kafka', tenant: 'acme', tenantId: 1 },
  clusterId: 'c1',
  topic: 'ampeco.notifications',
  partition: 3,
  receivedAt: 1_795_000_000_000,
} as const;

function message(some: {
  key?: Buffer;
  value?: Buffer | null;
  headers?: IHeaders;
  timestamp?: string;
}): KafkaMessage {
  return {
    key: null,
    value: null,
    headers: {},
    timestamp: '1795000000123',
    offset: '9007199254740993',
    attributes: 0,
    ...some,
  };
}

describe('a Kafka record as a delivery', () => {
  it('is named by its coordinates, with an offset beyond what a double holds', () => {
    const body = Buffer.from('{"notification":"x"}');
    const { source, clusterId, topic, partition, receivedAt } = origin;
    const offset = 9_007_199_254_740_993n;

    expect(toDelivery(origin, message({ value: body }))).toEqual({
      key: kafkaDeliveryKey({ source: 'ampeco-kafka', clusterId, topic, partition, offset }),
      source,
      receivedAt,
      body,
      headers: {},
      kafka: { clusterId, topic, partition, offset, timestamp: 1_795_000_000_123 },
    });
  });

  it('has an empty body when the record has no value', () => {
    expect(toDelivery(origin, message({ value: null })).body).toEqual(Buffer.alloc(0));
  });

  it('has no timestamp when the broker gave none', () => {
    expect(toDelivery(origin, message({ timestamp: '-1' })).kafka?.timestamp).toBeUndefined();
  });

  const headersOf = (headers: IHeaders, key?: Buffer) =>
    toDelivery(origin, message(key === undefined ? { headers } : { headers, key })).headers;

  it('keeps headers under lower-case names, repeated ones together', () => {
    expect(
      headersOf({ 'X-Tenant': Buffer.from('acme'), Trace: [Buffer.from('a'), 'b'], trace: 'c' }),
    ).toEqual({
      'x-tenant': 'acme',
      trace: 'a, b, c',
    });
  });

  it('writes what is not UTF-8, what Postgres cannot hold as text, and what looks like base64, as base64', () => {
    expect(
      headersOf(
        { a: Buffer.from([0xc3, 0x28]), b: Buffer.from('x\0y'), c: 'base64:no', d: 'Grüße' },
        Buffer.from([0xff]),
      ),
    ).toEqual({
      ':key': 'base64:/w==',
      a: 'base64:wyg=',
      b: 'base64:eAB5',
      c: 'base64:YmFzZTY0Om5v',
      d: 'Grüße',
    });
  });

  it('takes names that every object inherits for what they are, and values only if they are values', () => {
    const headers = JSON.parse('{"__proto__":"p","constructor":"c"}') as IHeaders;
    // As the client delivers them: it finds the inherited function and makes a list of both.
    headers['toString'] = [Reflect.get({}, 'toString') as string, Buffer.from('t')];
    const result = headersOf(headers);

    expect(Object.entries(result)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['tostring', 't'],
    ]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('keeps a header without a value, and a NUL in a name readable', () => {
    expect(headersOf({ empty: undefined, 'a\0b': 'x' })).toEqual({ empty: '', 'a%00b': 'x' });
  });

  it('counts key, value and headers towards its size', () => {
    const headers = { ab: [Buffer.from('123'), Buffer.from('4')], c: 'é' };

    // 10 + 4 for `ab` twice with 3 and 1 bytes, 1 for `c` with 2.
    expect(sizeOf(message({ key: Buffer.alloc(4), value: Buffer.alloc(10), headers }))).toBe(14 + 5 + 3 + 3);
    expect(sizeOf(message({}))).toBe(0);
  });
});
