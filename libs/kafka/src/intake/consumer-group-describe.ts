import { CompactReader, unsignedVarint } from '../wire/compact.js';
import type { InnerBroker, ProtocolCall } from '../kafkajs-patches/inner-cluster.js';

/** A member of a group of the newer protocol (KIP-848), which the client's own way to describe groups does not show. */
export interface NewProtocolMember {
  readonly memberId: string;
  readonly clientId: string;
  readonly clientHost: string;
  readonly topics: readonly string[];
  readonly held: ReadonlyMap<string, readonly number[]>;
  /** False for a member of the older protocol in such a group, as we are; undefined where the broker does not tell. */
  readonly isOfNewProtocol: boolean | undefined;
}

const API_KEY = 69;

/**
 * Describes a group of the newer protocol. On the wire (ConsumerGroupDescribe, versions 0 and 1, in the flexible encoding of
 * KIP-482: lengths and counts are UNSIGNED_VARINT plus one, and every structure ends with tagged fields):
 *
 *     throttle time  INT32
 *     [groups]       error code INT16, error message, group id, state STRING, group epoch, assignment epoch INT32,
 *                    assignor STRING, [members], authorized operations INT32
 *     member         id, instance id, rack id STRING, epoch INT32, client id, client host STRING, [topic name STRING],
 *                    topic pattern STRING, assignment, target assignment, and from version 1 on the kind INT8 (1: newer)
 *     assignment     [topic id UUID, topic name STRING, [partition INT32]]
 *
 * @returns undefined when the broker does not know the call or has no such group.
 */
export async function describeNewProtocolGroup(
  broker: InnerBroker,
  groupId: string,
): Promise<readonly NewProtocolMember[] | undefined> {
  const { maxVersion } = broker.versions?.[API_KEY] ?? {};
  if (maxVersion === undefined) return undefined;
  const version = Math.min(maxVersion, 1);
  const answer = await broker.connectionPool.send(describeCall(groupId, version));
  return (answer as { readonly members: readonly NewProtocolMember[] | undefined }).members;
}

function describeCall(groupId: string, version: number): ProtocolCall {
  const id = Buffer.from(groupId);
  // The end of the flexible header; one group; its id; not its operations; no tagged fields.
  const body = Buffer.concat([Buffer.of(0, 2), unsignedVarint(id.length + 1), id, Buffer.of(0, 0)]);
  return {
    request: {
      apiKey: API_KEY,
      apiVersion: version,
      apiName: 'ConsumerGroupDescribe',
      // What the client asks of its own encoder.
      encode: () => Promise.resolve({ buf: body, buffer: body }),
    },
    response: {
      decode: (bytes) => Promise.resolve({ members: readDescribedGroup(bytes, version) }),
      parse: (answer) => Promise.resolve(answer),
    },
  };
}

/** @throws Error when the bytes end too early or are no such answer. */
export function readDescribedGroup(bytes: Buffer, version: number): readonly NewProtocolMember[] | undefined {
  const reader = new CompactReader(bytes);
  reader.tags();
  reader.int32();
  const [group] = reader.list(() => {
    const code = reader.int16();
    for (let texts = 0; texts < 3; texts += 1) reader.text();
    reader.int32();
    reader.int32();
    reader.text();
    const members = reader.list(() => readMember(reader, version));
    reader.int32();
    reader.tags();
    return { code, members };
  });
  return group === undefined || group.code !== 0 ? undefined : group.members;
}

function readMember(reader: CompactReader, version: number): NewProtocolMember {
  const memberId = reader.text();
  reader.text();
  reader.text();
  reader.int32();
  const clientId = reader.text();
  const clientHost = reader.text();
  const topics = reader.list(() => reader.text());
  reader.text();
  const held = readHeld(reader);
  readHeld(reader);
  const kind = version === 0 ? undefined : reader.int8();
  reader.tags();
  const isOfNewProtocol = kind === undefined ? undefined : kind === 1;
  return { memberId, clientId, clientHost, topics, held, isOfNewProtocol };
}

function readHeld(reader: CompactReader): ReadonlyMap<string, readonly number[]> {
  const held = reader.list(() => {
    reader.bytes(16);
    const topic = reader.text();
    const partitions = reader.list(() => reader.int32());
    reader.tags();
    return [topic, partitions] as const;
  });
  reader.tags();
  return new Map(held);
}
