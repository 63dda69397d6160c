import type { RelatedResource } from '@chargelog/domain';
import { GatewayError } from '@chargelog/domain';
import type {
  EventFilter,
  JobStore,
  NewReplay,
  Replay,
  ReplayClaim,
  ReplayFailure,
  ReplayProgress,
  ReplayState,
} from '@chargelog/pipeline';
import { In, type DataSource, type Repository } from 'typeorm';
import { CLAIM_LOCK, ClaimSession } from './claim-session.js';
import { ReplayEntity, type StoredFilter } from './entities/replay.entity.js';
import type { PgConnection } from './pg-connection.js';
import { toReadError } from './sql-errors.js';

const UNFINISHED: readonly ReplayState[] = ['pending', 'running'];

/**
 * Unfinished replays whose claim nobody holds. Looked up before a connection is opened, or every look of every instance
 * would open one only to find that a job is being worked on. A claim taken since then is found out by the lock itself.
 */
const FREE_SQL = `
  select r.id, r.number
    from replay r
   where r.state in ('pending', 'running')
     and not exists (
       select from pg_locks l
        where l.locktype = 'advisory' and l.classid = $1::oid and l.objid = r.number::oid and l.objsubid = 2
          and l.database = (select oid from pg_database where datname = current_database()))
   order by r.number
   limit 50`;

/** In one statement with the check of the state, so that a replay that was just cancelled is not started. */
const START_SQL = `
  update replay set state = 'running', started_at = coalesce(started_at, clock_timestamp())
   where id = $1 and state in ('pending', 'running')`;

export class PgJobStore implements JobStore {
  private readonly replays: Repository<ReplayEntity>;

  constructor(
    dataSource: DataSource,
    private readonly connection: PgConnection,
  ) {
    this.replays = dataSource.getRepository(ReplayEntity);
  }

  create(replay: NewReplay): Promise<Replay> {
    return asking(async () => {
      await this.replays.insert({
        id: replay.id,
        state: 'pending',
        filter: toStoredFilter(replay.filter) as never, // TypeORM's deep partial loses the readonly members
        targetUrl: replay.targetUrl,
        ...replay.form,
        endPosition: replay.endPosition.toString(),
      });
      const row = await this.replays.findOneByOrFail({ id: replay.id });
      return toReplay(row);
    });
  }

  find(id: string): Promise<Replay | undefined> {
    return asking(async () => {
      const row = await this.replays.findOneBy({ id });
      return row === null ? undefined : toReplay(row);
    });
  }

  list(limit: number, tenants?: readonly string[]): Promise<readonly Replay[]> {
    return asking(async () => {
      const query = this.replays.createQueryBuilder('replay').orderBy('replay.number', 'DESC').limit(limit);
      // Of a replay of all tenants the left side is null, and so is the comparison.
      if (tenants !== undefined)
        query.where(`replay.filter -> 'tenants' <@ :tenants::jsonb`, { tenants: JSON.stringify(tenants) });
      return (await query.getMany()).map(toReplay);
    });
  }

  cancel(id: string): Promise<Replay | undefined> {
    return asking(async () => {
      await this.replays.update(
        { id, state: In([...UNFINISHED]) },
        // The database's clock, as for the other instants of a replay.
        { state: 'cancelled', finishedAt: () => 'clock_timestamp()' },
      );
      return this.find(id);
    });
  }

  claimNext(): Promise<ReplayClaim | undefined> {
    return asking(async () => {
      const free = await this.replays.query<{ id: string; number: number }[]>(FREE_SQL, [CLAIM_LOCK]);
      if (free.length === 0) return undefined;
      const session = await ClaimSession.open(this.connection);
      try {
        for (const candidate of free) {
          if (!(await session.lock(candidate.number))) continue;
          const started = await session.client.query(START_SQL, [candidate.id]);
          if (started.rowCount === 1) {
            const row = await this.replays.findOneByOrFail({ id: candidate.id });
            return new PgReplayClaim({ ...toReplay(row), state: 'running' }, session);
          }
          // Its former worker has finished it, or somebody cancelled it, between the list and the lock.
          await session.unlock(candidate.number);
        }
      } catch (error) {
        await session.close(); // an open session would keep its lock, and the replay would wait for ever
        throw error;
      }
      await session.close();
      return undefined;
    });
  }
}

class PgReplayClaim implements ReplayClaim {
  readonly signal: AbortSignal;

  constructor(
    readonly replay: Replay,
    private readonly session: ClaimSession,
  ) {
    this.signal = session.lost;
  }

  progress(progress: ReplayProgress): Promise<ReplayState> {
    return asking(async () => {
      const { rows } = await this.session.client.query<{ state: ReplayState }>({
        name: 'replay_progress',
        text: `update replay set position = greatest(position, $2), sent_count = $3, retry_count = $4 where id = $1 returning state`,
        values: [this.replay.id, ...numbers(progress)],
      });
      return rows[0]?.state ?? 'cancelled';
    });
  }

  finish(state: 'completed' | 'failed', progress: ReplayProgress, failure?: ReplayFailure): Promise<void> {
    return asking(async () => {
      // A cancellation that came first stays: what is finished is not finished again.
      await this.session.client.query(
        `update replay set position = greatest(position, $2), sent_count = $3, retry_count = $4,
                state = case state when 'running' then $5 else state end,
                failure = case state when 'running' then $6::jsonb else failure end,
                finished_at = coalesce(finished_at, clock_timestamp())
          where id = $1`,
        [this.replay.id, ...numbers(progress), state, failure === undefined ? null : JSON.stringify(failure)],
      );
    });
  }

  release(): Promise<void> {
    return this.session.close();
  }
}

function numbers(progress: ReplayProgress): string[] {
  return [progress.position.toString(), progress.sentCount.toString(), progress.retryCount.toString()];
}

function toStoredFilter(filter: EventFilter): StoredFilter {
  const { related, ...rest } = filter;
  if (related === undefined) return rest;
  return {
    ...rest,
    related: Object.fromEntries(Object.entries(related).map(([key, id]) => [key, id.toString()])),
  };
}

function fromStoredFilter(filter: StoredFilter): EventFilter {
  const { related, ...rest } = filter;
  if (related === undefined) return rest;
  const ids = Object.entries(related).map(([key, id]) => [key as RelatedResource, BigInt(id)] as const);
  return { ...rest, related: Object.fromEntries(ids) };
}

function toReplay(row: ReplayEntity): Replay {
  return {
    id: row.id,
    state: row.state,
    filter: fromStoredFilter(row.filter),
    targetUrl: row.targetUrl,
    form: { normalized: row.normalized, masked: row.masked },
    createdAt: row.createdAt.getTime(),
    startedAt: row.startedAt?.getTime(),
    finishedAt: row.finishedAt?.getTime(),
    endPosition: BigInt(row.endPosition),
    position: BigInt(row.position),
    sentCount: BigInt(row.sentCount),
    retryCount: BigInt(row.retryCount),
    failure: row.failure ?? undefined,
  };
}

async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof GatewayError ? error : toReadError(error);
  }
}
