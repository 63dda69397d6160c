import { connect, createServer, type Socket } from 'node:net';
import type { PgConnection } from '@chargelog/store-postgres';

export interface SlowProxy {
  readonly connection: PgConnection & { readonly database: string };
  /** Of each connection, towards the server; undefined: as fast as they come. */
  bytesPerSecond: number | undefined;
  close(): Promise<void>;
}

/**
 * Stands between the gateway and Postgres and lets only so much through: a database on a slow disk, which takes a batch
 * of a thousand rows in seconds and one row in no time. Small questions (health, history) pass as before.
 */
export async function startSlowProxy(
  target: PgConnection & { readonly database: string },
): Promise<SlowProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
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
    upstream.pipe(client);
    client.on('data', (chunk) => {
      upstream.write(chunk);
      if (proxy.bytesPerSecond === undefined) return;
      client.pause();
      setTimeout(() => client.resume(), (chunk.length / proxy.bytesPerSecond) * 1_000);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const proxy: SlowProxy = {
    connection: { ...target, host: '127.0.0.1', port },
    bytesPerSecond: undefined,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
