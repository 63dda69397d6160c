import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchPostgres, type PostgresConnection, type RunningPostgres } from '@chargelog/postgres-launcher';

/** A Postgres that a test may stop, freeze and start again; the same address and data each time. */
export class OwnPostgres {
  private constructor(
    private readonly dataDir: string,
    private running: RunningPostgres,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const dataDir = mkdtempSync(join(tmpdir(), 'chargelog-away-'));
    return new OwnPostgres(dataDir, await launch(dataDir));
  }

  get connection(): PostgresConnection {
    return this.running.connection;
  }

  /** As an administrator does: sessions are ended, and nobody can connect. */
  stop(): Promise<void> {
    return this.running.stop();
  }

  async startAgain(): Promise<void> {
    this.running = await launch(this.dataDir);
  }

  /** Stops every process of the server where it stands: connections stay open, new ones are taken in, nothing answers. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.running.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    // The postmaster first: from then on it starts no further processes.
    for (const pid of [this.running.pid, ...childrenOf(this.running.pid)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

function launch(dataDir: string): Promise<RunningPostgres> {
  return launchPostgres({ dataDir, log: () => undefined, settings: { log_min_messages: 'fatal' } });
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // proc(5): pid (comm) state ppid …; a comm may hold spaces and brackets itself.
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);
}
