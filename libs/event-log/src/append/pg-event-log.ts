import type pg from 'pg';
import { GatewayError, formatUuid } from '@chargelog/domain';
import {
  backOffMs,
  pause,
  type AppendBatch,
  type AppendOutcome,
  type EventLog,
  type Prepared,
  type QuarantineDraft,
  type BatchTransaction,
} from '@chargelog/pipeline';
import type { PgConnection } from '../database/pg-connection.js';
import { explainDatabase } from '../database/explain-database.js';
import { isRowFault } from '../database/sql-errors.js';
import type { Dictionaries } from '../names/dictionaries.js';
import { appendEvents } from './append-events.sql.js';
import { quarantineDelivery } from './quarantine-deliveries.sql.js';
import { resolveBatch, type ResolvedBatch } from './resolve-batch.js';
import { WriterConnection } from './writer-connection.js';

/** More refused rows than this in one batch are not bad rows but a fault of ours or of the database. */
const MAX_ROW_FAULTS = 5;

export interface PgEventLogOptions {
  readonly connection: PgConnection;
  readonly dictionaries: Dictionaries;
  readonly catalogueVersion: number;
  /** How long a batch is tried again while the database is away before its deliveries are refused. */
  readonly retryForMs: number;
  /** How long a statement may wait for a lock; as long as it may take, when left out. */
  readonly lockTimeoutMs?: number;
  readonly log: (level: 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
}

/** The event log in Postgres, as one writer sees it: one connection, one batch at a time. */
export class PgEventLog implements EventLog {
  private readonly writer: WriterConnection;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PgEventLogOptions) {
    this.writer = new WriterConnection(options.connection, options.lockTimeoutMs);
  }

  append(batch: AppendBatch): Promise<readonly AppendOutcome[]> {
    const result = this.turn.then(() => this.appendNow(batch));
    this.turn = result.catch(() => undefined); // the caller gets the error; the next batch only waits for its turn
    return result;
  }

  async close(): Promise<void> {
    await this.turn;
    await this.writer.close();
  }

  private async appendNow(batch: AppendBatch): Promise<readonly AppendOutcome[]> {
    const giveUpAt = performance.now() + this.options.retryForMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.write(batch, attempt > 1);
      } catch (error) {
        if (isRowFault(error)) return this.isolate(batch, error);
        if (isConflict(error)) throw error;
        // The answer may be lost though the commit was not. Sending the same delivery keys again tells: what is stored
        // under them gets its first outcome, and no second copy is counted.
        const waitMs = backOffMs(attempt, 25, 400);
        if (performance.now() + waitMs >= giveUpAt) {
          this.options.log('error', 'batch not stored, its deliveries are refused', {
            err: error,
            attempt,
            ...explainDatabase(error),
          });
          throw new GatewayError(
            'store-away',
            'The event store cannot be reached; nothing was acknowledged. Send again.',
            {
              cause: error,
              retryAfter: 1,
            },
          );
        }
        // Once for each batch: an outage has many attempts, and the last of them is told above.
        if (attempt === 1)
          this.options.log('warn', 'batch not stored, trying again', {
            err: error,
            ...explainDatabase(error),
          });
        await pause(waitMs);
      }
    }
  }

  /**
   * One transaction: a single statement where nothing is quarantined or done alongside, which is almost always.
   *
   * @param isRepeated an attempt before may have been committed without our hearing of it.
   */
  private async write(batch: AppendBatch, isRepeated = false): Promise<readonly AppendOutcome[]> {
    const rows = await resolveBatch(batch, this.options.dictionaries);
    const client = await this.writer.get();
    try {
      const { alongside } = batch;
      if (rows.quarantined.length === 0 && alongside === undefined) {
        return await this.appendRows(client, batch, rows);
      }
      await client.query('begin');
      const finish = await alongside?.(transactionOn(client), batch.entries, isRepeated);
      const outcomes = await this.appendRows(client, batch, rows);
      for (const row of rows.quarantined) await client.query(quarantineDelivery(row));
      await finish?.(outcomes);
      await client.query('commit');
      return outcomes;
    } catch (error) {
      // After a row fault the session is sound, but rolling back costs a round trip on a path that is never hot.
      this.writer.drop(client);
      throw error;
    }
  }

  private async appendRows(
    client: pg.Client,
    batch: AppendBatch,
    rows: ResolvedBatch,
  ): Promise<readonly AppendOutcome[]> {
    if (rows.events.length > 0 || rows.positions.length > 0) {
      const result = await client.query<[number, string, boolean]>(
        appendEvents(rows.events, rows.positions, this.options.catalogueVersion),
      );
      const exceptions = new Map(
        result.rows.map(([ord, eventId, duplicate]) => [ord, { eventId, duplicate }]),
      );
      let ord = 0;
      return batch.entries.map((entry) => {
        if (entry.outcome === 'quarantine') return quarantined(entry);
        ord += 1;
        const exception = exceptions.get(ord);
        if (exception === undefined) return { outcome: 'stored', eventId: formatUuid(entry.id) };
        return { outcome: exception.duplicate ? 'duplicate' : 'stored', eventId: exception.eventId };
      });
    }
    return batch.entries.map((entry) => quarantined(entry as QuarantineDraft));
  }

  /**
   * Finds the rows the database refuses by halving, so that one bad delivery cannot reject its neighbours. Positions go
   * with the last part: a crash in between costs a re-read, which the delivery keys absorb.
   */
  private async isolate(batch: AppendBatch, fault: unknown): Promise<readonly AppendOutcome[]> {
    let faults = 0;
    const writePart = (entries: readonly Prepared[]): Promise<readonly AppendOutcome[]> =>
      this.write({ entries, positions: [], ...(batch.alongside && { alongside: batch.alongside }) });
    const split = async (entries: readonly Prepared[], cause: unknown): Promise<readonly AppendOutcome[]> => {
      if (entries.length === 1) {
        faults += 1;
        if (faults > MAX_ROW_FAULTS) throw cause;
        const refused = entries.map((entry) => refusedByStore(entry, cause));
        return writePart(refused);
      }
      const half = Math.ceil(entries.length / 2);
      const outcomes: AppendOutcome[] = [];
      for (const part of [entries.slice(0, half), entries.slice(half)]) {
        try {
          outcomes.push(...(await writePart(part)));
        } catch (error) {
          if (!isRowFault(error)) throw error;
          outcomes.push(...(await split(part, error)));
        }
      }
      return outcomes;
    };
    try {
      const outcomes = await split(batch.entries, fault);
      if (batch.positions.length > 0) await this.write({ entries: [], positions: batch.positions });
      this.options.log('warn', 'rows refused by the database went to quarantine', { err: fault, faults });
      return outcomes;
    } catch (error) {
      if (isConflict(error)) throw error;
      throw new GatewayError(
        'store-away',
        'The event store refused the batch; nothing was acknowledged. Send again.',
        {
          cause: error,
          retryAfter: 1,
        },
      );
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'conflict';
}

function transactionOn(client: pg.Client): BatchTransaction {
  return { query: (text, values) => client.query(text, [...values]) };
}

function quarantined(entry: QuarantineDraft): AppendOutcome {
  return { outcome: 'quarantined', quarantineId: entry.delivery.key };
}

function refusedByStore(entry: Prepared, cause: unknown): Prepared {
  if (entry.outcome === 'quarantine') throw cause; // even quarantine refused it: nothing content-related is left to try
  const message = cause instanceof Error ? cause.message : 'unknown error';
  return {
    outcome: 'quarantine',
    delivery: entry.delivery,
    reason: 'refused-by-store',
    detail: `The database refused the row: ${message}`,
  };
}
