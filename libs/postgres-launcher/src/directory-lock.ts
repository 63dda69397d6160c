import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase, type Client, type Login } from './open-database.js';
import { reasonOf } from './postgres-launch-error.js';
import type { LaunchLog } from './types.js';

/**
 * The key in the two-number form of advisory locks. Its first half spells "CHLG". The one-number form belongs to the
 * feed, and Postgres keeps the two forms apart.
 */
const LOCK_SQL = 'SELECT pg_try_advisory_lock(1128811591, 1) AS locked';

/** A gateway that was killed a moment ago keeps the lock until the server has noticed. */
const PATIENCE_MS = 2_000;
const LONGEST_PAUSE_MS = 5_000;

/** Takes the lock for a connection. @returns false when another gateway holds it */
export async function takeLock(client: Client): Promise<boolean> {
  for (const until = Date.now() + PATIENCE_MS; !(await tryLock(client)); await delay(50)) {
    if (Date.now() >= until) return false;
  }
  return true;
}

/**
 * The right of one gateway to work on a data directory: an advisory lock held by an otherwise idle connection. It ends
 * with the process in whatever way that ends, so nothing stale can be left behind. Taken again whenever the connection
 * is lost.
 */
export class DirectoryLock {
  private released = false;

  /** `client` holds the lock already. */
  constructor(
    private client: Client,
    private readonly login: Login,
    private readonly log: LaunchLog,
  ) {
    this.watch();
  }

  /** From now on a lost connection is expected. Called before the server is told to stop. */
  expectEnd(): void {
    this.released = true;
  }

  async release(): Promise<void> {
    this.released = true;
    await this.client.end().catch(() => undefined);
  }

  private watch(): void {
    // An idle lock is no reason for the process to stay alive. `unref` is missing in the typings of pg.
    (this.client as Client & { unref(): void }).unref();
    this.client.once('end', () => {
      if (this.released) return;
      this.log('warn', 'the lock on the data directory was lost with its connection; taking it again');
      void this.takeAgain();
    });
  }

  private async takeAgain(): Promise<void> {
    let told = '';
    for (let pause = 100; !this.released; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const problem = await this.attempt();
      if (problem === undefined) return;
      if (problem !== told)
        this.log('error', 'the lock on the data directory cannot be taken again', { problem });
      told = problem;
      await delay(pause, undefined, { ref: false });
    }
  }

  /** @returns what is in the way */
  private async attempt(): Promise<string | undefined> {
    const result = await openDatabase(this.login);
    if (result.outcome !== 'open') return 'reason' in result ? result.reason : result.outcome;
    try {
      if (!this.released && (await tryLock(result.client))) {
        this.client = result.client;
        this.watch();
        this.log('info', 'the lock on the data directory is held again');
        return undefined;
      }
      await result.client.end();
      return this.released ? undefined : 'another gateway works on the same data directory';
    } catch (error) {
      await result.client.end().catch(() => undefined);
      return reasonOf(error);
    }
  }
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(LOCK_SQL);
  return rows[0]?.locked === true;
}
