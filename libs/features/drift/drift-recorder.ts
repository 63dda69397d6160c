import { AtMostEvery, type AppendBatch, type AppendOutcome, type EventLog } from '@chargelog/pipeline';
import type { DriftStore } from './drift.store.js';
import { DriftTally } from './drift-tally.js';

const WRITE_EVERY_MS = 2_000;
const WARN_EVERY_MS = 60_000;

export interface DriftRecorderOptions {
  readonly store: Pick<DriftStore, 'add'>;
  readonly log: (level: 'warn', message: string, fields: Record<string, unknown>) => void;
}

/**
 * Keeps the account of what bodies differ in. It stands behind the commit: an event log never waits for it, and what is
 * not written when the process is killed, at most two seconds' worth, is missing from the counts, never from the log.
 */
export class DriftRecorder {
  private readonly tally = new DriftTally();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private uncounted = 0;
  private readonly warnings = new AtMostEvery(WARN_EVERY_MS);

  constructor(private readonly options: DriftRecorderOptions) {}

  /** The same log; events that it stores are looked at afterwards. Copies of stored events differ in nothing new. */
  watch(log: EventLog): EventLog {
    return {
      append: async (batch) => {
        const outcomes = await log.append(batch);
        try {
          this.note(batch, outcomes);
        } catch (error) {
          // The batch is committed. Failing with it now would make its sender repeat it for ever.
          this.options.log('warn', 'drift could not be counted; the events are stored', { err: error });
        }
        return outcomes;
      },
      close: () => log.close(),
    };
  }

  /** Writes what is left, once. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    await this.write();
  }

  private note(batch: AppendBatch, outcomes: readonly AppendOutcome[]): void {
    for (const [index, entry] of batch.entries.entries()) {
      if (entry.outcome !== 'event' || entry.departures.length === 0) continue;
      const outcome = outcomes[index];
      if (outcome?.outcome === 'stored') this.tally.add(entry, outcome.eventId);
    }
    if (this.timer !== undefined || this.tally.isEmpty) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.writing = this.writing.then(() => this.write());
    }, WRITE_EVERY_MS);
    this.timer.unref();
  }

  private async write(): Promise<void> {
    const { rows, uncounted } = this.tally.take();
    this.uncounted += uncounted;
    this.warnOfUncounted();
    if (rows.length === 0) return;
    try {
      await this.options.store.add(rows);
    } catch (error) {
      this.options.log('warn', 'drift could not be recorded; the events are stored', {
        err: error,
        rows: rows.length,
      });
    }
  }
  /** Once a minute: a sender that invents names must not fill the log either. */
  private warnOfUncounted(): void {
    if (this.uncounted === 0 || !this.warnings.allows()) return;
    this.options.log(
      'warn',
      'more differing places of bodies at once than the drift report can count; the events are stored',
      { uncounted: this.uncounted },
    );
    this.uncounted = 0;
  }
}
