import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { PgConnection } from '@chargelog/event-log';
import pg from 'pg';
import { MessageReader, type Message } from './messages.js';
import type { Pooler, PoolMode } from './pool-mode.js';

/** What PgBouncer takes at the start of a connection; it refuses everything else. https://www.pgbouncer.org/features.html */
const TAKEN = new Set([
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]);

/** A session of the server that is lent to one client after the other, the last one given back first, as PgBouncer does. */
class Session {
  lentTo: Socket | undefined;
  /** Answers that the client still waits for: each ends with ReadyForQuery. */
  awaited = 0;
  onFree: () => void = () => undefined;

  private constructor(readonly stream: Socket) {
    const reader = new MessageReader();
    stream.on('data', (chunk: Buffer) => {
      const client = this.lentTo;
      client?.write(chunk);
      for (const { type, body } of reader.read(chunk)) {
        if (type !== 'Z') continue;
        this.awaited -= 1;
        if (this.awaited === 0 && body.toString('latin1') === 'I') this.onFree();
      }
    });
    stream.on('error', () => undefined);
    stream.on('close', () => this.lentTo?.destroy());
  }

  /** The driver logs in; from then on the stream is ours. */
  static async open(target: PgConnection): Promise<Session> {
    const client = new pg.Client(target);
    await client.connect();
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    for (const event of ['data', 'error', 'close', 'end']) stream.removeAllListeners(event);
    return new Session(stream);
  }

  send(message: Buffer): void {
    if ('QSF'.includes(String.fromCharCode(message[0] as number))) this.awaited += 1;
    this.stream.write(message);
  }
}

/**
 * Does what PgBouncer does as far as a client notices: it refuses parameters of the start that it does not know, makes up
 * the key of the session, and lends a session of the real server for the time of a connection or of a transaction.
 */
export async function startStandIn(
  target: PgConnection & { readonly database: string },
  mode: PoolMode,
): Promise<Pooler> {
  const all = new Set<Session>();
  const idle: Session[] = [];
  const clients = new Set<Socket>();
  const take = async (): Promise<Session> => {
    const session = idle.pop() ?? (await Session.open(target));
    all.add(session);
    return session;
  };
  const giveBack = (session: Session): void => {
    session.lentTo = undefined;
    session.onFree = () => undefined;
    idle.push(session);
  };
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined);
    const reader = new MessageReader({ startup: true });
    let session: Session | undefined;
    let work: Promise<void> = Promise.resolve();
    const handle = async ({ type, message, body }: Message): Promise<void> => {
      if (type === 'startup') {
        const refused = parametersOf(body).find((name) => !TAKEN.has(name.toLowerCase()));
        if (refused === undefined) client.write(WELCOME());
        else client.end(failure(`unsupported startup parameter: ${refused}`));
        return;
      }
      if (type === 'X') {
        client.end();
        return;
      }
      if (session === undefined) {
        session = await take();
        const lent = session;
        lent.lentTo = client;
        lent.onFree = () => {
          if (mode === 'session') return;
          session = undefined;
          giveBack(lent);
        };
      }
      session.send(message);
    };
    client.on('data', (chunk: Buffer) => {
      for (const found of reader.read(chunk))
        work = work.then(() => handle(found)).catch(() => void client.destroy());
    });
    client.on('close', () => {
      clients.delete(client);
      const lent = session;
      session = undefined;
      if (lent === undefined || !all.has(lent)) return;
      lent.lentTo = undefined;
      lent.onFree = () => giveBack(lent);
      lent.send(query('discard all')); // its server_reset_query
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    connection: { ...target, host: '127.0.0.1', port },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.destroy();
      for (const { stream } of all) stream.destroy();
      all.clear();
      await closed;
    },
  };
}

function parametersOf(body: Buffer): string[] {
  // The version, then pairs of texts, each ended by a zero byte.
  const texts = body.subarray(4).toString('utf8').split('\0');
  return texts.filter((text, at) => at % 2 === 0 && text !== '');
}

const WELCOME = (): Buffer =>
  Buffer.concat([
    message('R', Buffer.from([0, 0, 0, 0])),
    message('S', Buffer.from('server_version\x0015.0 (pooler)\0')),
    message('S', Buffer.from('client_encoding\0UTF8\0')),
    message('K', randomBytes(8)),
    message('Z', Buffer.from('I')),
  ]);

const query = (text: string): Buffer => message('Q', Buffer.from(`${text}\0`));
const failure = (text: string): Buffer => message('E', Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${text}\0\0`));

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
