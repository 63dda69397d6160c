import { connect, createServer, type Socket } from 'node:net';
import type { PgConnection } from '@chargelog/event-log';

/** How the two ends of a connection are joined. */
export type Join = (client: Socket, upstream: Socket) => void;

export interface Relay {
  /** To the same database, through the relay. */
  readonly connection: PgConnection & { readonly database: string };
  /** From now on the database is away: open connections break, new ones too. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

const pass: Join = (client, upstream) => {
  client.pipe(upstream);
  upstream.pipe(client);
};

/** Stands between the gateway and a Postgres that listens on a socket of the file system. */
export async function startRelay(
  target: PgConnection & { readonly database: string },
  join: Join = pass,
): Promise<Relay> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(`${target.host}/.s.PGSQL.${target.port}`);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined); // an end that breaks takes the other with it
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    join(client, upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const cut = (): void => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  return {
    connection: { ...target, host: '127.0.0.1', port },
    cut,
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
