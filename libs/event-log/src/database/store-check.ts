import type pg from 'pg';
import { appendEvents } from '../append/append-events.sql.js';
import { WRITER_SESSION } from '../append/writer-connection.js';
import { readFeed } from '../feed/read-feed.sql.js';
import { NO_FILTER } from '../read/event-conditions.js';
import { explainDatabase, type DatabaseTrouble } from './explain-database.js';
import type { PgConnection } from './pg-connection.js';
import { MIGRATIONS_TABLE } from './pool.js';
import { SessionClient } from './session-client.js';
import { TransactionPoolingError } from './session-pooling.js';

const ANSWER_WITHIN_MS = 1_000;
/** Of one statement; then the connection is made anew. */
const STEP_WITHIN_MS = 3_000;
/** Whoever asks again sooner gets the last answer. */
const FRESH_MS = 1_000;
/** Tables, rights and room on the disk are looked at more seldom; as long as something is wrong, every time. */
const WHOLE_EVERY = 5;
/** About 64 KiB: more than the free places of a file, so that it has to grow. */
const TRIAL_ROWS = 600;

const END_OF_FEED = 2n ** 63n - 1n;

/** What every instance reads and adds to. `append_events` and `feed` say nothing of tables that a batch need not touch. */
const TABLES = [
  'event',
  'duplicate',
  'undated_key',
  'undated_stamp',
  'quarantine',
  'rejection',
  'rejection_count',
  'kafka_topic',
  'kafka_position',
  'kafka_gap',
  'tenant',
  'source',
  'event_type',
  'subject_kind',
  'notification',
];

const LOOK = `
  select pg_catalog.pg_backend_pid() as pid,
         array(select n from unnest($1::text[]) n where to_regclass(n) is null) as missing,
         array(select n from unnest($1::text[]) n where not has_table_privilege(to_regclass(n), 'select')
                  or not has_table_privilege(to_regclass(n), 'insert')) as closed,
         array(select n from unnest($2::text[]) n
                where not exists (select from ${MIGRATIONS_TABLE} m where m.name = n)) as undone`;

interface Looked {
  readonly pid: number;
  readonly missing: readonly string[];
  readonly closed: readonly string[];
  readonly undone: readonly string[];
}

/**
 * Whether an event could be stored now, and the feed be read: by the statements that do it, on a session as a writer has.
 * They store nothing. Answers within a second or so, whatever the server does, and asks at most once a second.
 */
export class StoreCheck {
  private client: SessionClient | undefined;
  private pid: number | undefined;
  private asking: Promise<DatabaseTrouble | undefined> | undefined;
  private looking: Promise<DatabaseTrouble | undefined> | undefined;
  private last: { readonly trouble: DatabaseTrouble | undefined; readonly at: number } | undefined;
  private wholeAt = Number.NEGATIVE_INFINITY;

  /** @param migrations names of those that this version needs */
  constructor(
    private readonly connection: PgConnection,
    private readonly migrations: readonly string[],
    private readonly freshMs = FRESH_MS,
  ) {}

  /** What is wrong, or undefined. Calls at the same time share one look. */
  trouble(): Promise<DatabaseTrouble | undefined> {
    if (this.last !== undefined && performance.now() - this.last.at < this.freshMs)
      return Promise.resolve(this.last.trouble);
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async ask(): Promise<DatabaseTrouble | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DatabaseTrouble>((resolve) => {
      timer = setTimeout(() => resolve(NO_ANSWER), ANSWER_WITHIN_MS);
    });
    // A look that takes longer goes on: on a busy machine the first one, which plans, would never come to its end.
    this.looking ??= this.lookNow().finally(() => (this.looking = undefined));
    const trouble = await Promise.race([this.looking, late]);
    clearTimeout(timer);
    if (trouble !== undefined) this.wholeAt = Number.NEGATIVE_INFINITY;
    this.last = { trouble, at: performance.now() };
    return trouble;
  }

  private async lookNow(): Promise<DatabaseTrouble | undefined> {
    const client = this.client ?? this.newClient();
    try {
      return await this.look(client);
    } catch (error) {
      this.drop(client);
      return explainDatabase(error) ?? UNKNOWN;
    }
  }

  private async look(client: SessionClient): Promise<DatabaseTrouble | undefined> {
    if (this.client !== client) {
      await client.connect();
      this.client = client;
      this.pid = undefined;
    }
    const isWhole = performance.now() - this.wholeAt >= WHOLE_EVERY * this.freshMs;
    if (isWhole) {
      const { rows } = await client.query<Looked>({
        name: 'look_at_store',
        text: LOOK,
        values: [TABLES, this.migrations],
      });
      const found = troubleOf(rows[0] as Looked);
      if (found !== undefined) return found;
      this.pid ??= rows[0]?.pid;
      if (this.pid !== rows[0]?.pid) throw new TransactionPoolingError();
    }
    await client.query(appendEvents([], [], 0));
    await client.query(readFeed(END_OF_FEED, 1, NO_FILTER));
    if (isWhole) {
      await tryToWrite(client);
      this.wholeAt = performance.now();
    }
    return undefined;
  }

  private newClient(): SessionClient {
    const client = new SessionClient({
      ...this.connection,
      ...WRITER_SESSION,
      application_name: 'chargelog readiness',
      limits: { statementMs: STEP_WITHIN_MS, idleInTransactionMs: STEP_WITHIN_MS },
      connectionTimeoutMillis: STEP_WITHIN_MS,
      query_timeout: STEP_WITHIN_MS,
      keepAlive: true,
    });
    client.on('error', () => this.drop(client));
    return client;
  }

  private drop(client: SessionClient): void {
    if (this.client === client) this.client = undefined;
    client.end().catch(() => undefined); // it is broken; its end may fail as well
  }
}

/**
 * Makes a file grow, and takes it back: a full disk lets much pass that needs no new page. The table is emptied in the same
 * transaction, so the rows go to a file of their own, which the end of the transaction removes. A backup (pg_dump) or
 * another instance may hold the table; then there is nothing to be learned this time.
 */
async function tryToWrite(client: pg.Client): Promise<void> {
  await client.query('begin');
  try {
    await client.query('lock table store_check in access exclusive mode nowait');
    await client.query('truncate store_check');
    await client.query(`insert into store_check (filler) select 'x' from generate_series(1, ${TRIAL_ROWS})`);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
  }
  await client.query('rollback');
}

const LOCK_NOT_AVAILABLE = '55P03';

const NO_ANSWER: DatabaseTrouble = {
  problem: 'the database does not answer in time',
  cure: 'see whether it runs, what it is busy with, and who holds locks on the tables of the log',
};
const UNKNOWN: DatabaseTrouble = {
  problem: 'the database cannot be used for a reason that is not known',
  cure: 'see the log of the gateway and of Postgres',
};

function troubleOf({ missing, closed, undone }: Looked): DatabaseTrouble | undefined {
  if (undone.length > 0)
    return {
      problem: `the database lacks migrations of this version: ${undone.join(', ')}`,
      cure: 'restart the gateway, which makes them up; if a backup was restored, see "Backup and restore" in docs/operations.md',
    };
  if (missing.length > 0)
    return {
      problem: `tables of the log are missing: ${missing.join(', ')}`,
      cure: 'restore them from the backup, see "Backup and restore" in docs/operations.md',
    };
  if (closed.length > 0)
    return {
      problem: `the user of the gateway may not read or write ${closed.join(', ')}`,
      cure: 'let it own the tables of the log, see "Roles of the database" in docs/postgres.md',
    };
  return undefined;
}
