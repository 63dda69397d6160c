import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kafkaDeliveryKey } from './delivery-key.js';
import { newUuidV7 } from './uuid.js';

const NOW = 1_773_480_413_000;

describe('newUuidV7', () => {
  it('makes a UUID version 7 that carries the time', () => {
    const key = newUuidV7(NOW);
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(key.replaceAll('-', '').slice(0, 12), 16)).toBe(NOW);
  });

  it('ascends within a millisecond and from one to the next', () => {
    const keys = [...Array.from({ length: 2_000 }, () => newUuidV7(NOW + 1)), newUuidV7(NOW + 2)];
    expect(keys).toEqual([...keys].sort());
  });

  it('stays unique beyond the counter of a millisecond and when the clock steps back', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => newUuidV7(NOW + 3 - (index % 2)));
    const more = Array.from({ length: 20_000 }, () => newUuidV7(NOW + 3));
    expect(new Set([...keys, ...more]).size).toBe(40_000);
  });
});

describe('kafkaDeliveryKey', () => {
  const record = {
    source: 'ampeco-kafka',
    clusterId: 'abc',
    topic: 'ampeco.notifications',
    partition: 3,
    offset: 42n,
  };

  it('is the same UUID version 8 for the same record, in every release', () => {
    expect(kafkaDeliveryKey(record)).toBe('675f7cd0-6bff-8c14-930a-4018025a6dfe');
    expect(kafkaDeliveryKey({ ...record })).toBe(kafkaDeliveryKey(record));
  });

  it('differs when any coordinate does', () => {
    const keys = [
      record,
      { ...record, source: 'other' },
      { ...record, clusterId: 'abd' },
      { ...record, topic: 'ampeco' },
      { ...record, partition: 34 },
      { ...record, offset: 2n ** 62n },
    ].map(kafkaDeliveryKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keeps coordinates apart that read the same in a row', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (left, middle, right) => {
        const one = kafkaDeliveryKey({ ...record, clusterId: left + middle, topic: right });
        const other = kafkaDeliveryKey({ ...record, clusterId: left, topic: middle + right });
        expect(one).not.toBe(other);
      }),
    );
  });
});
