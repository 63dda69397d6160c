import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { recordBatch, withChecksum, type RecordFixture } from '@test/kafka/record-batches.js';
import { crc32c } from './crc32c.js';
import { readFetchedRecords, unreadableOf } from './fetched-records.js';
import type { FetchedMessage } from './record.js';

const plenty = () => ({ bytes: 1e9 });
const read = (...batches: Buffer[]) => readFetchedRecords(Buffer.concat(batches), [], plenty());
/** Offsets as the client sees them; of those that it steps over, with a sign. */
const offsets = (messages: readonly FetchedMessage[]) =>
  messages.map(({ offset, isControlRecord }) => (isControlRecord ? `(${offset})` : offset));
const records = (count: number, record: RecordFixture = {}) => Array.from({ length: count }, () => record);

describe('the records of a fetch', () => {
  it('are read as the client itself reads them', async () => {
    const batch = recordBatch({
      baseOffset: 41,
      baseTimestamp: 1_764_115_200_000n,
      records: [
        { value: '{"a":1}', key: Buffer.from('cp-1187'), headers: [['trace', 'one']] },
        {
          value: null,
          timestampDelta: 12,
          headers: [
            ['trace', 'one'],
            ['trace', 'two'],
            ['other', ''],
          ],
        },
        { value: '', timestampDelta: -3, offsetDelta: 7 },
      ],
      lastOffsetDelta: 7,
    });
    const require = createRequire(import.meta.url);
    const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => unknown;
    const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
      decoder: unknown,
    ) => Promise<{ records: Record<string, unknown>[] }>;
    const theirs = (await decodeBatch(new Decoder(batch))).records;

    const ours = await read(batch);

    expect(ours).toEqual(
      theirs.map(({ key, value, headers, offset, timestamp, attributes, isControlRecord }) => ({
        key,
        value,
        headers,
        offset,
        timestamp,
        attributes,
        isControlRecord,
        leaderEpoch: 0, // of which the client tells nothing
      })),
    );
    expect(ours.map(({ offset, timestamp }) => [offset, timestamp])).toEqual([
      ['41', '1764115200000'],
      ['42', '1764115200012'],
      ['48', '1764115199997'],
    ]);
  });

  it('carry the time of the broker where the topic says so', async () => {
    const [message] = await read(
      recordBatch({
        records: records(1),
        attributes: 0x08,
        baseTimestamp: 5n,
        maxTimestamp: 253_402_300_799_000n,
      }),
    );

    expect(message?.timestamp).toBe('253402300799000');
  });

  it('may have times that are no times', async () => {
    const far = await read(recordBatch({ records: [{ timestampDelta: 1 }], baseTimestamp: 2n ** 63n - 1n }));
    const before = await read(recordBatch({ records: records(1), baseTimestamp: -5n }));

    expect(far[0]?.timestamp).toBe((2n ** 63n).toString());
    expect(before[0]?.timestamp).toBe('-5');
  });

  it('are read when one of them has 200,000 headers, which would take the client hours', async () => {
    const headers = Array.from({ length: 200_000 }, (_, i) => [`h${i % 150_000}`, 'x'] as const);
    const batch = recordBatch({ records: [{ headers }] });

    const [message] = await read(batch);

    expect(Object.keys(message?.headers ?? {})).toHaveLength(150_000);
    expect(message?.headers['h7']).toEqual([Buffer.from('x'), Buffer.from('x')]);
  });

  it('may have headers that are called like what every object has', async () => {
    const [message] = await read(
      recordBatch({
        records: [
          {
            headers: [
              ['constructor', 'c'],
              ['__proto__', 'p'],
              ['__proto__', 'q'],
            ],
          },
        ],
      }),
    );

    expect(Object.entries(message?.headers ?? {})).toEqual([
      ['constructor', Buffer.from('c')],
      ['__proto__', [Buffer.from('p'), Buffer.from('q')]],
    ]);
  });

  it('are read when one batch holds 150,000 of them, more than a call can have arguments', async () => {
    expect(await read(recordBatch({ records: records(150_000), attributes: 1 }))).toHaveLength(150_000);
  });

  it('end where the answer was cut in the middle of a batch', async () => {
    const next = recordBatch({ baseOffset: 2, records: records(2) });

    expect(offsets(await read(recordBatch({ records: records(2) }), next.subarray(0, 70)))).toEqual([
      '0',
      '1',
    ]);
  });

  it('leave the rest of an answer for the next fetch when they have become large', async () => {
    const large = (baseOffset: number) =>
      recordBatch({ baseOffset, records: records(1, { value: 'x'.repeat(5_000_000) }), attributes: 1 });

    expect(offsets(await read(large(0), large(1), large(2), large(3), large(4)))).toHaveLength(4);
    // Of another partition in the same answer at least one, or it would starve.
    expect(offsets(await readFetchedRecords(Buffer.concat([large(0), large(1)]), [], { bytes: 0 }))).toEqual([
      '0',
    ]);
  });

  it('count by what their objects take when they are tiny', async () => {
    const tiny = (baseOffset: number) => recordBatch({ baseOffset, records: records(20_000, { value: '' }) });

    expect(await read(tiny(0), tiny(20_000), tiny(40_000), tiny(60_000))).toHaveLength(60_000);
  });
});

describe('what is for nobody', () => {
  it('is stepped over: a batch that compaction has emptied', async () => {
    expect(offsets(await read(recordBatch({ baseOffset: 10, records: [], lastOffsetDelta: 4 })))).toEqual([
      '(10)',
      '(14)',
    ]);
  });

  it('is stepped over: the end of a batch that compaction has emptied', async () => {
    const batch = recordBatch({ baseOffset: 10, records: records(2), lastOffsetDelta: 9 });

    expect(offsets(await read(batch, recordBatch({ baseOffset: 20, records: records(1) })))).toEqual([
      '10',
      '11',
      '(19)',
      '20',
    ]);
  });

  it('is stepped over: transactions that were aborted, and the ends of all', async () => {
    const transactional = { attributes: 0x10, producerId: 7 };
    // A user's key may look like the marker of an aborted transaction.
    const key = Buffer.alloc(4);
    const end = (baseOffset: number) =>
      recordBatch({ baseOffset, records: [{ key: Buffer.of(0, 0, 0, 0) }], attributes: 0x30, producerId: 7 });
    const batches = [
      recordBatch({ baseOffset: 0, records: records(2, { key }), ...transactional }),
      recordBatch({ baseOffset: 2, records: records(1), attributes: 0x10, producerId: 8 }),
      recordBatch({ baseOffset: 3, records: records(1) }),
      recordBatch({ baseOffset: 4, records: records(1), ...transactional }),
      end(5),
      recordBatch({ baseOffset: 6, records: records(1), ...transactional }),
      end(7),
    ];
    const aborted = [{ producerId: 7n, firstOffset: 0n }];

    expect(offsets(await readFetchedRecords(Buffer.concat(batches), aborted, plenty()))).toEqual([
      '(0)',
      '(1)',
      '2',
      '3',
      '(4)',
      '(5)',
      '6',
      '(7)',
    ]);
  });
});

describe('a record batch that cannot be read', () => {
  const sound = recordBatch({ records: records(2) });
  const damaged = (change: (batch: Buffer) => void) => {
    const batch = recordBatch({ baseOffset: 2, records: records(2, { value: '{"energy":12}' }) });
    change(batch);
    return batch;
  };
  const cases: readonly [string, Buffer, RegExp][] = [
    [
      'a bit has flipped',
      damaged((batch) => (batch[70] = (batch[70] ?? 0) ^ 1)),
      /^its checksum does not match/,
    ],
    [
      'its length is beyond all',
      damaged((batch) => batch.writeInt32BE(-5, 8)),
      /^its length cannot be right/,
    ],
    [
      'its compression is not known',
      damaged((batch) => {
        batch.writeInt16BE(6, 21);
        withChecksum(batch);
      }),
      /^it is compressed by a method that is not known here, number 6/,
    ],
    [
      'it is not what it says',
      damaged((batch) => {
        batch.writeInt16BE(1, 21);
        withChecksum(batch);
      }),
      /^A gzip record batch cannot be read: /,
    ],
    [
      'it promises more records than it has',
      damaged((batch) => {
        batch.writeInt32BE(3, 57);
        withChecksum(batch);
      }),
      /^it ends in the middle of a record/,
    ],
    [
      'it holds more records than it promises',
      damaged((batch) => {
        batch.writeInt32BE(1, 57);
        withChecksum(batch);
      }),
      /^it holds more than the records that it counts/,
    ],
    [
      'it promises no records, and holds some',
      damaged((batch) => {
        batch.writeInt32BE(0, 57);
        withChecksum(batch);
      }),
      /^it holds more than the records that it counts/,
    ],
    [
      'it is of a later format',
      damaged((batch) => {
        batch.writeInt8(3, 16);
        withChecksum(batch);
      }),
      /^its format 3 is not known here/,
    ],
  ];
  it.each(cases)('is reported, behind what stands before it: %s', async (_, batch, reason) => {
    const messages = await read(sound, batch, recordBatch({ baseOffset: 4, records: records(1) }));

    expect(messages.map(({ offset }) => offset).slice(0, 2)).toEqual(['0', '1']);
    expect(messages).toHaveLength(3);
    expect(unreadableOf(messages[2] as never)).toMatch(reason);
  });

  it('is reported when it is the first and its length is damaged', async () => {
    const batch = Buffer.from(sound);
    batch.writeInt32BE(1_000_000, 8);

    expect(unreadableOf((await read(batch))[0] as never)).toBe('its length cannot be right');
  });
});

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4.
  it.each([
    ['32 bytes of zeroes', Buffer.alloc(32), 0x8a9136aa],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['32 bytes ascending', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ['the digits', Buffer.from('123456789'), 0xe3069283],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});
