import type { PgConnection } from '@chargelog/event-log';
import { startRelay } from '../relay.js';

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
  const { connection, close } = await startRelay(target, (client, upstream) => {
    upstream.pipe(client);
    client.on('data', (chunk) => {
      upstream.write(chunk);
      if (proxy.bytesPerSecond === undefined) return;
      client.pause();
      setTimeout(() => client.resume(), (chunk.length / proxy.bytesPerSecond) * 1_000);
    });
  });
  const proxy: SlowProxy = { connection, bytesPerSecond: undefined, close };
  return proxy;
}
