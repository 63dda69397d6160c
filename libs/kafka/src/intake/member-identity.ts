import { ByteReader } from '../wire/byte-reader.js';

/** Who a member of the consumer group is, among members that speak Chargelog. */
export interface MemberIdentity {
  /** Names the event log that its records are stored in. */
  readonly log: string;
  /** Name of the source in the configuration. */
  readonly source: string;
}

/** What members of a group tell each other, as far as it is used; https://kafka.apache.org/protocol#consumer_protocol */
export interface Subscription {
  readonly topics: readonly string[];
  /** Undefined for a member that is not a Chargelog. */
  readonly identity: MemberIdentity | undefined;
}

const MAX_IDENTITY_BYTES = 1_024;

export function encodeIdentity(identity: MemberIdentity): Buffer {
  return Buffer.from(JSON.stringify({ chargelog: identity }));
}

/**
 * The subscription that a member has joined with. On the wire: version INT16, topics [STRING], user data BYTES, and more in
 * later versions. Whatever is not like this reads as no topics, because a stranger may send what it likes.
 */
export function readSubscription(metadata: Buffer): Subscription {
  try {
    const reader = new ByteReader(metadata);
    reader.int16();
    const topics = readStrings(reader);
    return { topics, identity: readIdentity(reader.bytes(reader.int32())) };
  } catch {
    return { topics: [], identity: undefined };
  }
}

/** Topics with partitions. On the wire: version INT16, then [topic STRING, partitions [INT32]]. */
export function readAssignment(assignment: Buffer): ReadonlyMap<string, readonly number[]> {
  const held = new Map<string, readonly number[]>();
  try {
    const reader = new ByteReader(assignment);
    reader.int16();
    for (let topics = reader.int32(); topics > 0; topics -= 1) {
      const topic = readString(reader);
      const partitions: number[] = [];
      for (let count = reader.int32(); count > 0; count -= 1) partitions.push(reader.int32());
      held.set(topic, partitions);
    }
  } catch {
    // What was read up to here is all that can be told of it.
  }
  return held;
}

export function isSameMember(one: MemberIdentity | undefined, other: MemberIdentity): boolean {
  return one?.log === other.log && one.source === other.source;
}

function readIdentity(bytes: Buffer | null): MemberIdentity | undefined {
  if (bytes === null || bytes.length === 0 || bytes.length > MAX_IDENTITY_BYTES) return undefined;
  const text = bytes.toString();
  if (!text.startsWith('{"chargelog":')) return undefined;
  const { chargelog } = JSON.parse(text) as { chargelog?: Partial<MemberIdentity> | null };
  const { log, source } = chargelog ?? {};
  return typeof log === 'string' && typeof source === 'string' ? { log, source } : undefined;
}

function readStrings(reader: ByteReader): string[] {
  const strings: string[] = [];
  for (let count = reader.int32(); count > 0; count -= 1) strings.push(readString(reader));
  return strings;
}

function readString(reader: ByteReader): string {
  return reader.bytes(reader.int16())?.toString() ?? '';
}
