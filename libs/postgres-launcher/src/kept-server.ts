import { setTimeout as delay } from 'node:timers/promises';
import { bringUp, type Attempt, type Reached } from './bring-up.js';
import { reasonOf } from './postgres-launch-error.js';
import { isAlive } from './postmaster-pid.js';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Keeps a server running until it is told to stop: one that ends by itself (killed for its memory, say) is started again
 * at the same socket, where its recovery finds all that was committed. Who works with it connects again by itself.
 */
export class KeptServer {
  private readonly end = new AbortController();
  private watching: Promise<void>;

  constructor(
    private current: Pick<Reached, 'postmaster' | 'cluster' | 'process'>,
    private readonly attempt: Attempt,
  ) {
    this.watching = this.watch();
  }

  /** Process id of the postmaster. */
  get pid(): number {
    return this.current.postmaster.pid;
  }

  /**
   * From now on an end is meant. Resolves when nothing is being started any more.
   *
   * @returns the server that is to be stopped
   */
  async letGo(): Promise<{ readonly pid: number; readonly cluster: string }> {
    this.end.abort();
    for (let watched; watched !== this.watching;) await (watched = this.watching);
    return { pid: this.pid, cluster: this.current.cluster };
  }

  private async watch(): Promise<void> {
    await this.ended();
    if (this.end.signal.aborted) return;
    const { log } = this.attempt.options;
    const tail = await this.current.process?.tail();
    log('error', 'Postgres ended unexpectedly, starting it again', { pid: this.pid, tail });
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !this.end.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        const again = await bringUp(this.attempt);
        this.current = again;
        await again.client.end(); // the lock on the data directory is taken by its own connection
        log('info', 'Postgres is running again', { pid: this.pid });
        // Not part of this promise: who lets go waits for a start under way, not for the life of the server.
        this.watching = this.watch();
        return;
      } catch (error) {
        log('error', 'Postgres cannot be started again, trying on', { problem: reasonOf(error) });
        await this.pause(pauseMs);
      }
    }
  }

  /** Resolves when the server has ended, or an end is meant. One that we did not start has to be looked at. */
  private async ended(): Promise<void> {
    const { process: own, postmaster } = this.current;
    const isOwn = own?.pid === postmaster.pid;
    while (!this.end.signal.aborted && (await isAlive(postmaster.pid))) {
      await Promise.race([this.pause(LOOK_EVERY_MS), ...(isOwn ? [own.ended] : [])]);
    }
  }

  /** No reason for the process to stay alive. */
  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { ref: false, signal: this.end.signal }).catch(() => undefined);
  }
}
