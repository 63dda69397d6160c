import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { recordBatch } from '@test/kafka/record-batches.js';
import { decodeFetchResponse } from './fetch-response.js';

/** A fresh copy of the client's own reader: other specs of this process may have replaced it. */
function decodeByClient(bytes: Buffer): Promise<unknown> {
  const require = createRequire(import.meta.url);
  const path = require.resolve('kafkajs/src/protocol/requests/fetch/v11/response');
  const cached = require.cache[path];
  delete require.cache[path];
  const { decode } = require(path) as { decode: (bytes: Buffer) => Promise<unknown> };
  if (cached !== undefined) require.cache[path] = cached;
  return decode(bytes);
}

const int16 = (value: number): Buffer => numbers(2, (buffer) => buffer.writeInt16BE(value));
const int32 = (value: number): Buffer => numbers(4, (buffer) => buffer.writeInt32BE(value));
const int64 = (value: bigint): Buffer => numbers(8, (buffer) => buffer.writeBigInt64BE(value));

function numbers(length: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(length);
  write(buffer);
  return buffer;
}

function answer(...topics: readonly (readonly [name: string, ...partitions: readonly Buffer[]])[]): Buffer {
  return Buffer.concat([
    int32(250), // throttle time
    int16(0),
    int32(77), // session id
    int32(topics.length),
    ...topics.flatMap(([name, ...partitions]) => [
      int16(name.length),
      Buffer.from(name),
      int32(partitions.length),
      ...partitions,
    ]),
  ]);
}

function partition(
  index: number,
  records: Buffer | null,
  aborted: readonly (readonly [bigint, bigint])[] = [],
) {
  return Buffer.concat([
    int32(index),
    int16(records === null ? 1 : 0),
    int64(9_007_199_254_740_993n), // high watermark
    int64(41n),
    int64(7n),
    int32(aborted.length),
    ...aborted.flatMap(([producerId, firstOffset]) => [int64(producerId), int64(firstOffset)]),
    int32(-1), // preferred replica
    records === null ? int32(-1) : Buffer.concat([int32(records.length), records]),
  ]);
}

describe('an answer to a fetch', () => {
  it('is read as the client itself reads it, but for what the client then has to know of the batches', async () => {
    const bytes = answer(
      [
        'ampeco',
        partition(0, recordBatch({ baseOffset: 41, records: [{ value: 'a' }] })),
        partition(3, Buffer.alloc(0)),
      ],
      ['ampeco.eu', partition(0, null)],
    );

    const ours = await decodeFetchResponse(bytes);

    expect(await decodeByClient(bytes)).toMatchObject(JSON.parse(JSON.stringify(ours, withoutMessages)));
    expect(ours).toMatchObject({ throttleTime: 0, clientSideThrottleTime: 250, sessionId: 77 });
    expect(ours?.responses[0]?.partitions[0]?.messages).toMatchObject([
      { offset: '41', value: Buffer.from('a') },
    ]);
    expect(ours?.responses[1]?.partitions[0]).toMatchObject({ errorCode: 1, messages: [] });
  });

  it('marks the records of aborted transactions, so that nothing is left for the client to sort out', async () => {
    const records = recordBatch({ records: [{ value: 'aborted' }], attributes: 0x10, producerId: 7 });

    const read = await decodeFetchResponse(answer(['ampeco', partition(0, records, [[7n, 0n]])]));

    expect(read?.responses[0]?.partitions[0]).toMatchObject({
      abortedTransactions: [],
      messages: [{ offset: '0', isControlRecord: true }],
    });
  });

  it('is left to the client when it holds messages from before Kafka 0.11', async () => {
    const old = Buffer.alloc(40);
    old.writeInt8(1, 16);

    expect(await decodeFetchResponse(answer(['ampeco', partition(0, old)]))).toBeUndefined();
  });

  it('that ends too soon is an error', async () => {
    const whole = answer(['ampeco', partition(0, recordBatch({ records: [{ value: 'a' }] }))]);

    await expect(decodeFetchResponse(whole.subarray(0, whole.length - 1))).rejects.toThrow(
      /ends in the middle/,
    );
  });
});

function withoutMessages(key: string, value: unknown): unknown {
  return key === 'messages' ? undefined : value;
}
