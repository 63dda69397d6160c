export interface Message {
  /** The letter of the protocol, or `startup` for the first message of a client, which has none. */
  readonly type: string;
  readonly message: Buffer;
  readonly body: Buffer;
}

/** Cuts the stream of one direction into messages of Postgres' protocol, version 3. */
export class MessageReader {
  private pending = Buffer.alloc(0);
  private startup: boolean;

  constructor({ startup = false } = {}) {
    this.startup = startup;
  }

  /** The messages that are whole now. */
  read(chunk: Buffer): Message[] {
    this.pending = Buffer.concat([this.pending, chunk]);
    const found: Message[] = [];
    for (;;) {
      const head = this.startup ? 0 : 1;
      if (this.pending.length < head + 4) return found;
      const end = head + this.pending.readInt32BE(head);
      if (this.pending.length < end) return found;
      const message = this.pending.subarray(0, end);
      const type = this.startup ? 'startup' : String.fromCharCode(message[0] as number);
      found.push({ type, message, body: message.subarray(head + 4) });
      this.pending = this.pending.subarray(end);
      this.startup = false;
    }
  }
}
