import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { reasonOf } from '../contract.js';
import { bringUp, type Reached } from './bring-up.js';
import type { Launch } from './choose-host.js';

/**
 * The key in the two-number form of advisory locks. Its first half spells "CHLG". The one-number form belongs to the
 * feed, and Postgres keeps the two forms apart.
 */
const LOCK_SQL = 'SELECT pg_try_advisory_lock(1128811591, 1) AS locked';

/** A gateway that was killed a moment ago keeps the lock until the server has noticed. */
const PATIENCE_MS = 2_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Takes the lock of the data directory for a connection.
 *
 * @returns false when another gateway holds it
 */
export async function takeLock(client: Client, patienceMs = PATIENCE_MS): Promise<boolean> {
  for (const until = Date.now() + patienceMs; !(await tryLock(client)); await delay(50)) {
    if (Date.now() >= until) return false;
  }
  return true;
}

/**
 * A server that this gateway alone works with. The right to it is an advisory lock held by an otherwise idle
 * connection: it ends with the process in whatever way that ends, so nothing stale can be left behind.
 *
 * The end of that connection is also how the end of the server is noticed. The server is then reached again: found
 * running when only the connection was cut, else started anew at the same socket, where its recovery finds all that was
 * committed. The pools of the gateway connect again by themselves.
 */
export class HeldServer {
  private readonly letGone = new AbortController();
  private recovery: Promise<void> | undefined;
  private isStarting = false;

  /** The connection of `current` holds the lock already. */
  constructor(
    private current: Reached,
    private readonly launch: Launch,
  ) {
    this.watch();
  }

  /** Process id of the postmaster. */
  get pid(): number {
    return this.current.postmaster.pid;
  }

  /**
   * From now on an end of the server is meant. Resolves when no server is being started any more. The lock stays.
   *
   * @returns the server that is to be stopped
   */
  async letGo(): Promise<Reached> {
    this.letGone.abort();
    if (this.isStarting) await this.recovery;
    return this.current;
  }

  private get isLetGo(): boolean {
    return this.letGone.signal.aborted;
  }

  private watch(): void {
    const { client } = this.current;
    // An idle lock is no reason for the process to stay alive. `unref` is missing in the typings of pg.
    (client as Client & { unref(): void }).unref();
    client.once('end', () => {
      if (!this.isLetGo) this.recovery = this.recover();
    });
  }

  private async recover(): Promise<void> {
    const { log } = this.launch.options;
    log('warn', 'the lock on the data directory was lost with its connection; taking it again');
    let reported = '';
    for (let pauseMs = FIRST_PAUSE_MS; !this.isLetGo; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const problem = await this.reachAgain();
      if (problem === undefined) break;
      if (problem !== reported && !this.isLetGo) {
        const message = this.isStarting
          ? 'Postgres cannot be started again, trying on'
          : 'the lock on the data directory cannot be taken again';
        log('error', message, { problem });
        reported = problem;
      }
      await delay(pauseMs, undefined, { ref: false, signal: this.letGone.signal }).catch(() => undefined);
    }
    this.isStarting = false;
  }

  /** @returns what prevents it */
  private async reachAgain(): Promise<string | undefined> {
    const { log } = this.launch.options;
    let again: Reached | undefined;
    try {
      again = await bringUp(this.launch, () => this.beforeStart());
      if (!(await tryLock(again.client))) {
        await again.client.end();
        return 'another gateway works on the same data directory';
      }
    } catch (error) {
      await again?.client.end().catch(() => undefined);
      return reasonOf(error);
    }
    this.current = again;
    this.watch();
    if (this.isStarting) log('info', 'Postgres is running again', { pid: this.pid });
    log('info', 'the lock on the data directory is held again');
    return undefined;
  }

  private async beforeStart(): Promise<void> {
    if (this.isLetGo) throw new Error('the server is not needed any more');
    if (this.isStarting) return;
    this.isStarting = true;
    const tail = await this.current.process?.tail();
    this.launch.options.log('error', 'Postgres ended unexpectedly, starting it again', {
      pid: this.pid,
      tail,
    });
  }
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(LOCK_SQL);
  return rows[0]?.locked === true;
}
