import { insertAuditEntry } from '@chargelog/features/audit';
import type pg from 'pg';
import { GatewayError } from '@chargelog/domain';
import {
  ClaimSession,
  type Dictionaries,
  type PgConnection,
  toReadError,
  inTransaction,
} from '@chargelog/event-log';
import { PgReindexClaim } from './pg-reindex-claim.js';
import type { Reindex, ReindexClaim, ReindexStore } from './reindex-store.js';

/** Numbers of replays begin at 1; this one is the reindex's. */
const LOCK_NUMBER = 0;

const JOB = `select catalogue_version as "catalogueVersion", notifications, dry_run as "dryRun", state, requested_by as "requestedBy",
    (extract(epoch from started_at) * 1000)::float8 as "startedAt", (extract(epoch from finished_at) * 1000)::float8 as "finishedAt",
    position, end_position as "endPosition", examined_count as "examinedCount", changed_count as "changedCount", changes
  from reindex`;

interface JobRow extends Omit<
  Reindex,
  'notifications' | 'finishedAt' | 'position' | 'endPosition' | 'examinedCount' | 'changedCount'
> {
  readonly notifications: readonly string[] | null;
  readonly finishedAt: number | null;
  readonly position: string;
  readonly endPosition: string;
  readonly examinedCount: string;
  readonly changedCount: string;
}

export class PgReindexStore implements ReindexStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly connection: PgConnection,
    private readonly names: Dictionaries,
  ) {}

  start(
    wanted: Pick<Reindex, 'catalogueVersion' | 'notifications' | 'dryRun' | 'requestedBy'>,
  ): Promise<Reindex> {
    return inTransaction(this.pool, async (client) => {
      await client.query('lock table reindex in share row exclusive mode');
      const running = await client.query(`select from reindex where state = 'running'`);
      if (running.rowCount === 1) {
        throw new GatewayError(
          'conflict',
          'A reindex is running. GET /v1/reindex shows it, DELETE cancels it.',
        );
      }
      await client.query('delete from reindex');
      await client.query(
        `insert into reindex (catalogue_version, notifications, dry_run, state, requested_by, end_position)
         values ($1, $2, $3, 'running', $4, feed_horizon())`,
        [wanted.catalogueVersion, wanted.notifications ?? null, wanted.dryRun, wanted.requestedBy],
      );
      await insertAuditEntry(client, {
        actor: wanted.requestedBy,
        action: 'reindex.start',
        subject: `catalogue/${wanted.catalogueVersion}`,
        detail: { notifications: wanted.notifications ?? null, dryRun: wanted.dryRun },
      });
      return toJob(await client.query<JobRow>(JOB)) ?? lost();
    });
  }

  async current(): Promise<Reindex | undefined> {
    try {
      return toJob(await this.pool.query<JobRow>(JOB));
    } catch (error) {
      throw toReadError(error);
    }
  }

  cancel(by: string): Promise<Reindex | undefined> {
    return inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        `update reindex set state = 'cancelled', finished_at = clock_timestamp() where state = 'running'`,
      );
      if (rowCount === 1)
        await insertAuditEntry(client, { actor: by, action: 'reindex.cancel', subject: 'reindex' });
      return toJob(await client.query<JobRow>(JOB));
    });
  }

  async claim(): Promise<ReindexClaim | undefined> {
    if ((await this.current())?.state !== 'running') return undefined;
    const session = await ClaimSession.open(this.connection);
    try {
      if (await session.lock(LOCK_NUMBER)) {
        const job = toJob(await session.client.query<JobRow>(JOB)); // read under the lock: its former holder may have moved it
        if (job?.state === 'running') return new PgReindexClaim(job, session, this.names);
      }
    } catch (error) {
      await session.close();
      throw toReadError(error);
    }
    await session.close();
    return undefined;
  }
}

function toJob({ rows }: pg.QueryResult<JobRow>): Reindex | undefined {
  const row = rows[0];
  return (
    row && {
      ...row,
      notifications: row.notifications ?? undefined,
      startedAt: Math.round(row.startedAt),
      finishedAt: row.finishedAt === null ? undefined : Math.round(row.finishedAt),
      position: BigInt(row.position),
      endPosition: BigInt(row.endPosition),
      examinedCount: BigInt(row.examinedCount),
      changedCount: BigInt(row.changedCount),
    }
  );
}

function lost(): never {
  throw new Error('reindex lost the row it was given');
}
