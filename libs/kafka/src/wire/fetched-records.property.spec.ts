import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordBatch, type BatchFixture, type RecordFixture } from '@test/kafka/record-batches.js';
import { readFetchedRecords, unreadableOf } from './fetched-records.js';
import type { FetchedMessage } from './record.js';

const RUNS = process.env['LONG_SEARCH'] === undefined ? 200 : 2_000;
/** Where the checksum begins; it covers all that follows it. Base offset, length and leader epoch stand before. */
const CHECKSUM_AT = 17;

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => unknown;
const decodeByClient = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: unknown,
) => Promise<{ records: FetchedMessage[] }>;

const read = (bytes: Buffer) => readFetchedRecords(bytes, [], { bytes: 1e9 });

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
// Not `constructor`: the client adds what every object inherits to it.
const headerName = fc.constantFrom('trace', 'content-type', 'X', '', 'ä');
const record: fc.Arbitrary<RecordFixture> = fc.record({
  value: fc.option(fc.string({ maxLength: 400 })),
  key: fc.option(bytes),
  headers: fc.array(fc.tuple(headerName, fc.string({ maxLength: 30 })), { maxLength: 6 }),
  timestampDelta: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
});
const batch: fc.Arbitrary<BatchFixture> = fc.record({
  baseOffset: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1_000 }),
  records: fc.array(record, { minLength: 1, maxLength: 20 }),
  baseTimestamp: fc.bigInt({ min: 0n, max: 4_102_444_800_000n }),
  attributes: fc.constantFrom(0, 1), // as they are, and by gzip
});

describe('any record batch', () => {
  it('is read as the client itself reads it', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (fixture) => {
        const encoded = recordBatch(fixture);
        const { records } = await decodeByClient(new Decoder(encoded));
        const known = records.map(
          ({ key, value, headers, offset, timestamp, attributes, isControlRecord }) => ({
            key,
            value,
            headers: { ...headers },
            offset,
            timestamp,
            attributes,
            isControlRecord,
            leaderEpoch: 0,
          }),
        );
        const ours = (await read(encoded)).map((message) => ({
          ...message,
          headers: { ...message.headers },
        }));
        expect(ours).toEqual(known);
      }),
      { numRuns: RUNS },
    );
  });

  it('is reported as damaged when one bit of what its checksum covers has flipped, and none of it is taken', async () => {
    await fc.assert(
      fc.asyncProperty(batch, fc.nat(), fc.nat(7), async (fixture, place, bit) => {
        const encoded = recordBatch(fixture);
        const at = CHECKSUM_AT + (place % (encoded.length - CHECKSUM_AT));
        encoded[at] = (encoded[at] ?? 0) ^ (1 << bit);
        const messages = await read(encoded);
        expect(messages).toHaveLength(1);
        expect(unreadableOf(messages[0] as never)).toBe('its checksum does not match its bytes');
      }),
      { numRuns: RUNS },
    );
  });
});

describe('any bytes at all', () => {
  it('end in messages, never in an error or a hang', async () => {
    const cut = fc.tuple(batch, batch, fc.nat()).map(([first, second, keep]) => {
      const both = Buffer.concat([recordBatch(first), recordBatch(second)]);
      return both.subarray(0, keep % (both.length + 1));
    });
    const garbled = fc
      .tuple(cut, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }))
      .map(([whole, changes]) => {
        const changed = Buffer.from(whole);
        for (const [at, byte] of changes) if (changed.length > 0) changed[at % changed.length] = byte;
        return changed;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, cut, garbled), async (any) => {
        const messages = await read(any);
        expect(
          messages.filter((message) => unreadableOf(message as never) !== undefined).length,
        ).toBeLessThan(2);
      }),
      { numRuns: RUNS },
    );
  });
});
