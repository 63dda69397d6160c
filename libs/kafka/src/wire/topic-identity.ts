import { CompactReader, unsignedVarint } from './compact.js';
import type { OwnCall } from './own-call.js';

/**
 * Which topic it is that has a name now: Metadata, version 10 of the call, which brokers from 2.8 on speak and kafkajs does
 * not (KIP-516). Flexible encoding (KIP-482): `[]` is an UNSIGNED_VARINT count plus one and as many items, strings likewise
 * their bytes, and every structure ends with tagged fields.
 *
 *     Request                              Response
 *     [topics]                             throttle time             INT32
 *       topic id   UUID, zeros             [brokers]                 node id INT32, host, port INT32, rack
 *       name                               cluster id
 *     create topics           INT8         controller id             INT32
 *     say what is allowed     2 × INT8     [topics]
 *                                            error code              INT16
 *                                            name
 *                                            topic id                UUID
 *                                            is internal             INT8
 *                                            [partitions]
 *                                              error code            INT16
 *                                              partition, leader, leader epoch   INT32 each
 *                                              [replicas] [in sync] [offline]    INT32 each
 *                                            what is allowed         INT32
 *                                          what is allowed           INT32
 */
export interface TopicIdentity {
  readonly name: string;
  /** UUID in text form; undefined when the topic is missing, hidden, or has none (zeros). */
  readonly topicId: string | undefined;
  /** By partition, of its present leader; −1 when unknown. */
  readonly leaderEpochs: ReadonlyMap<number, number>;
}

export function topicsCall(names: readonly string[]): OwnCall<readonly TopicIdentity[]> {
  return {
    apiKey: 3,
    apiVersion: 10,
    apiName: 'Metadata',
    body: () => {
      const topics = names.flatMap((name) => [Buffer.alloc(16), compactString(name), NO_TAGS]);
      // Tagged fields of the header; nothing is created, nothing is asked about permissions; tagged fields of the body.
      return Buffer.concat([NO_TAGS, unsignedVarint(names.length + 1), ...topics, Buffer.alloc(3), NO_TAGS]);
    },
    read: readTopics,
  };
}

const NO_TAGS = Buffer.alloc(1);

function compactString(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([unsignedVarint(bytes.length + 1), bytes]);
}

/** @throws Error when the answer ends before it should. */
export function readTopics(bytes: Buffer): readonly TopicIdentity[] {
  const reader = new CompactReader(bytes);
  reader.tags(); // of the header
  reader.int32(); // throttle time
  reader.list(() => {
    reader.int32();
    reader.text();
    reader.int32();
    reader.text();
    reader.tags();
  });
  reader.text(); // cluster id
  reader.int32(); // controller id
  return reader.list(() => readTopic(reader));
}

function readTopic(reader: CompactReader): TopicIdentity {
  reader.int16(); // error code; a topic with one has no partitions
  const name = reader.text();
  const id = reader.bytes(16)?.toString('hex') ?? '';
  reader.int8(); // is internal
  const partitions = reader.list(() => {
    reader.int16(); // error code: no leader, which the leader says as well
    const partition = reader.int32();
    reader.int32(); // leader
    const leaderEpoch = reader.int32();
    for (let lists = 0; lists < 3; lists += 1) reader.list(() => reader.int32());
    reader.tags();
    return { partition, leaderEpoch };
  });
  reader.int32(); // what is allowed
  reader.tags();
  const leaderEpochs = new Map(partitions.map(({ partition, leaderEpoch }) => [partition, leaderEpoch]));
  return { name, topicId: /^0*$/.test(id) ? undefined : uuid(id), leaderEpochs };
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
