import type { PgConnection } from '@chargelog/event-log';
import { startRelay } from '../relay.js';

/** Frontend messages of the extended protocol that ask for execution. */
const EXECUTE = 'E'.charCodeAt(0);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);

export interface CuttingProxy {
  readonly connection: PgConnection & { readonly database: string };
  /** From now on: the next append is passed on, its answer is swallowed once the server has sent it, and the line is cut. */
  cutAfterNextAppend(): void;
  /** The same with the end of the next transaction of several statements. */
  cutAfterNextCommit(): void;
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
  let armed: 'append_events' | 'commit' | undefined;
  let cuts = 0;
  const { connection, close } = await startRelay(target, (client, upstream) => {
    let swallowing = false;
    let answer = Buffer.alloc(0);
    client.on('data', (chunk) => {
      // Bind names the prepared statement; the portal is executed in the same flight. A commit is a simple query.
      if (armed !== undefined && chunk.includes(armed) && (armed === 'commit' || chunk.includes(EXECUTE))) {
        armed = undefined;
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
  return {
    connection,
    cutAfterNextAppend: () => {
      armed = 'append_events';
    },
    cutAfterNextCommit: () => {
      armed = 'commit';
    },
    get cuts() {
      return cuts;
    },
    close,
  };
}
