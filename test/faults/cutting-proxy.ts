import { connect, createServer, type Socket } from 'node:net';
import type { PgConnection } from '@chargelog/store-postgres';

/** Frontend messages of the extended protocol that ask for execution. */
const EXECUTE = 'E'.charCodeAt(0);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);

export interface CuttingProxy {
  readonly connection: PgConnection & { readonly database: string };
  /** From now on: the next append is passed on, its answer is swallowed once the server has sent it, and the line is cut. */
  cutAfterNextAppend(): void;
  readonly cuts: number;
  close(): Promise<void>;
}

/**
 * Stands between the gateway and Postgres and loses one answer: the server has executed and committed (it says so only
 * after the commit), the client hears nothing but a broken line. The worst moment a connection can end.
 */
export async function startCuttingProxy(
  target: PgConnection & { readonly database: string },
): Promise<CuttingProxy> {
  let armed = false;
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(`${target.host}/.s.PGSQL.${target.port}`);
    let swallowing = false;
    let answer = Buffer.alloc(0);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined); // both ends are cut on purpose
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      // Bind names the prepared statement; the portal is executed in the same flight.
      if (armed && chunk.includes('append_events') && chunk.includes(EXECUTE)) {
        armed = false;
        swallowing = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!swallowing) {
        client.write(chunk);
        return;
      }
      answer = Buffer.concat([answer, chunk]);
      // ReadyForQuery: 'Z', length 5, status. It closes the answer, after the commit.
      if (
        answer.length >= 6 &&
        answer[answer.length - 6] === READY_FOR_QUERY &&
        answer.readInt32BE(answer.length - 5) === 5
      ) {
        cuts += 1;
        client.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    connection: { ...target, host: '127.0.0.1', port },
    cutAfterNextAppend: () => {
      armed = true;
    },
    get cuts() {
      return cuts;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
