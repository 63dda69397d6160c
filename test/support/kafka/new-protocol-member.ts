import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { ByteReader } from '../../../libs/kafka/src/wire/byte-reader.js';

const CONSUMER_GROUP_HEARTBEAT = 68;
const HEARTBEAT_MS = 300;

interface Held {
  readonly topicId: Buffer;
  readonly partitions: readonly number[];
}

/**
 * A member of a consumer group that speaks the newer group protocol (KIP-848), which no client for Node 20 does: it takes what
 * it is given and reads nothing. Leaves when the test ends.
 */
export class NewProtocolMember {
  heldCount = 0;
  private memberId = '';
  private epoch = 0;
  private owned: readonly Held[] = [];
  private correlation = 0;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly groupId: string,
    private readonly topics: readonly string[],
  ) {}

  static async join(broker: string, groupId: string, topics: readonly string[]): Promise<NewProtocolMember> {
    const [host, port] = broker.split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    const member = new NewProtocolMember(socket, groupId, topics);
    onTestFinished(() => member.leave());
    await member.beat();
    const again = async (): Promise<void> => {
      await member.beat();
      if (!socket.destroyed) member.timer = setTimeout(() => void again(), HEARTBEAT_MS);
    };
    member.timer = setTimeout(() => void again(), HEARTBEAT_MS);
    return member;
  }

  async leave(): Promise<void> {
    clearTimeout(this.timer);
    if (this.socket.destroyed) return;
    this.epoch = -1;
    await this.beat();
    this.socket.destroy();
  }

  private async beat(): Promise<void> {
    const isFirst = this.epoch === 0;
    const body = [
      compact(this.groupId),
      compact(this.memberId),
      int32(this.epoch),
      Buffer.of(0, 0), // instance and rack: none
      int32(isFirst ? 10_000 : -1),
      isFirst ? list(this.topics.map(compact)) : Buffer.of(0),
      Buffer.of(0), // the assignor is the broker's choice
      list(
        this.owned.map(({ topicId, partitions }) =>
          Buffer.concat([topicId, list(partitions.map(int32)), Buffer.of(0)]),
        ),
      ),
      Buffer.of(0),
    ];
    this.correlation += 1;
    const client = Buffer.from('newer');
    const head = Buffer.alloc(10);
    head.writeInt16BE(CONSUMER_GROUP_HEARTBEAT, 0);
    head.writeInt32BE(this.correlation, 4);
    head.writeInt16BE(client.length, 8);
    const request = Buffer.concat([head, client, Buffer.of(0), ...body]);
    this.socket.write(Buffer.concat([int32(request.length), request]));
    this.read(await this.answer());
  }

  private async answer(): Promise<Buffer> {
    let bytes = Buffer.alloc(0);
    while (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE(0)) {
      const [chunk] = (await once(this.socket, 'data')) as [Buffer];
      bytes = Buffer.concat([bytes, chunk]);
    }
    return bytes.subarray(4);
  }

  private read(bytes: Buffer): void {
    const reader = new ByteReader(bytes);
    reader.int32(); // correlation id
    reader.unsignedVarint(); // tagged fields
    reader.int32(); // throttle time
    const code = reader.int16();
    const text = (): string => reader.bytes(reader.unsignedVarint() - 1)?.toString() ?? '';
    const message = text();
    if (code !== 0) throw new Error(`heartbeat refused with ${code}: ${message}`);
    this.memberId = text();
    this.epoch = reader.int32();
    reader.int32(); // heartbeat interval
    if (reader.int8() < 0) return;
    const owned: Held[] = [];
    for (let topics = reader.unsignedVarint() - 1; topics > 0; topics -= 1) {
      const topicId = reader.bytes(16) ?? Buffer.alloc(16);
      const partitions: number[] = [];
      for (let count = reader.unsignedVarint() - 1; count > 0; count -= 1) partitions.push(reader.int32());
      reader.unsignedVarint();
      owned.push({ topicId: Buffer.from(topicId), partitions });
    }
    this.owned = owned;
    this.heldCount = owned.reduce((sum, { partitions }) => sum + partitions.length, 0);
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** All lengths of these tests fit one byte of an UNSIGNED_VARINT. */
function compact(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(bytes.length + 1), bytes]);
}

function list(items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(items.length + 1), ...items]);
}
