import { In, type DataSource, type Repository } from 'typeorm';
import { askDatabase, CLAIM_LOCK, ClaimSession, databaseNow, type PgConnection } from '@chargelog/event-log';
import type {
  NewReplay,
  Replay,
  ReplayClaim,
  ReplayFailure,
  ReplayProgress,
  ReplayRetry,
  ReplayState,
} from './replay.js';
import { ReplayEntity } from './replay.entity.js';

const UNFINISHED: readonly ReplayState[] = ['pending', 'running'];

/**
 * By hand: claims are advisory locks, which only the server's own tables tell of. Replays that are due and whose claim nobody holds, the longest due first. Looked up before a connection is opened, or
 * every look of every instance would open one only to find that a job is being worked on. A claim taken since then is
 * found out by the lock itself.
 */
const FREE = `
    from replay r
   where r.state in ('pending', 'running') and r.due_at <= clock_timestamp()
     and not exists (
       select from pg_locks l
        where l.locktype = 'advisory' and l.classid = ${CLAIM_LOCK}::bigint::oid and l.objid = r.number::oid and l.objsubid = 2
          and l.database = (select oid from pg_database where datname = current_database()))`;
const FREE_SQL = `select r.id, r.number ${FREE} order by r.due_at, r.number limit 50`;
const ANY_FREE_SQL = `select exists (select ${FREE}) as due`;

/**
 * In one statement with the checks of the list, which may no longer hold: cancelled, or tried and postponed by another
 * worker since.
 */
const START_SQL = `
  update replay set state = 'running', started_at = coalesce(started_at, clock_timestamp()), due_at = clock_timestamp()
   where id = $1 and state in ('pending', 'running') and due_at <= clock_timestamp()`;

/** A retry is of the event after the position, so it is over when that moves. */
const PROGRESS_SQL = `
  update replay set retry = case when $2 > position then null else retry end,
         position = greatest(position, $2), sent_count = $3, retry_count = $4
   where id = $1 returning state`;

const POSTPONE_SQL = `
  update replay set position = greatest(position, $2), sent_count = $3, retry_count = $4,
         retry = case state when 'running' then $5::jsonb end,
         due_at = clock_timestamp() + $6 * interval '1 ms'
   where id = $1 returning state`;

/** The query of a target may hold a credential; when nothing is sent any more, nobody needs it. */
const WITHOUT_QUERY = String.raw`regexp_replace(target_url, '\?.*$', '?')`;

/** A cancellation that came first stays: what is finished is not finished again. */
const FINISH_SQL = `
  update replay set position = greatest(position, $2), sent_count = $3, retry_count = $4,
         state = case state when 'running' then $5 else state end,
         failure = case state when 'running' then $6::jsonb else failure end,
         finished_at = coalesce(finished_at, clock_timestamp()), retry = null, target_url = ${WITHOUT_QUERY}
   where id = $1`;

/**
 * Replays as rows, and the queue they wait in.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export class ReplayStore {
  private readonly replays: Repository<ReplayEntity>;

  constructor(
    dataSource: DataSource,
    private readonly connection: PgConnection,
  ) {
    this.replays = dataSource.getRepository(ReplayEntity);
  }

  create(replay: NewReplay): Promise<Replay> {
    return askDatabase(async () => {
      await this.replays.insert({
        id: replay.id,
        state: 'pending',
        filter: replay.filter as never, // TypeORM's deep partial loses the readonly members
        targetUrl: replay.targetUrl,
        ...replay.form,
        endPosition: replay.endPosition.toString(),
      });
      const row = await this.replays.findOneByOrFail({ id: replay.id });
      return toReplay(row);
    });
  }

  find(id: string): Promise<Replay | undefined> {
    return askDatabase(async () => {
      const row = await this.replays.findOneBy({ id });
      return row === null ? undefined : toReplay(row);
    });
  }

  /** Newest first; with tenants, those alone that send no other tenant's events. */
  list(limit: number, tenants?: readonly string[]): Promise<readonly Replay[]> {
    return askDatabase(async () => {
      const query = this.replays.createQueryBuilder('replay').orderBy('replay.number', 'DESC').limit(limit);
      // Of a replay of all tenants the left side is null, and so is the comparison.
      if (tenants !== undefined)
        query.where(`replay.filter -> 'tenants' <@ :tenants::jsonb`, { tenants: JSON.stringify(tenants) });
      return (await query.getMany()).map(toReplay);
    });
  }

  /** Marks an unfinished replay cancelled; undefined when unknown. A finished one is returned unchanged. */
  cancel(id: string): Promise<Replay | undefined> {
    return askDatabase(async () => {
      await this.replays.update(
        { id, state: In([...UNFINISHED]) },
        {
          state: 'cancelled',
          finishedAt: databaseNow,
          retry: () => 'null',
          targetUrl: () => WITHOUT_QUERY,
        },
      );
      return this.find(id);
    });
  }

  /**
   * Claims the replay that has been due for longest, of those that are pending, or running but claimed by nobody (it waits
   * for another attempt, gave way, or its worker died). A new one is due since its creation. Claiming puts it behind all
   * others: however a run ends, those that are due by then have their turn first.
   */
  claimNext(): Promise<ReplayClaim | undefined> {
    return askDatabase(async () => {
      const free = await this.replays.query<{ id: string; number: number }[]>(FREE_SQL);
      if (free.length === 0) return undefined;
      const session = await ClaimSession.open(this.connection);
      try {
        for (const candidate of free) {
          if (!(await session.lock(candidate.number))) continue;
          const started = await session.client.query(START_SQL, [candidate.id]);
          if (started.rowCount === 1) {
            const row = await this.replays.findOneByOrFail({ id: candidate.id });
            return new SessionClaim({ ...toReplay(row), state: 'running' }, session);
          }
          // Its former worker has finished or postponed it, or somebody cancelled it, between the list and the lock.
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

  /** Whether there is one to claim. */
  isAnyDue(): Promise<boolean> {
    return askDatabase(async () => {
      const [answer] = await this.replays.query<{ due: boolean }[]>(ANY_FREE_SQL);
      return answer?.due === true;
    });
  }
}

/** By hand: everything a claim writes goes over the session that holds it, so that it is written by the holder. */
class SessionClaim implements ReplayClaim {
  readonly signal: AbortSignal;

  constructor(
    readonly replay: Replay,
    private readonly session: ClaimSession,
  ) {
    this.signal = session.lost;
  }

  progress(progress: ReplayProgress): Promise<ReplayState> {
    return this.store('replay_progress', PROGRESS_SQL, numbers(progress));
  }

  postpone(progress: ReplayProgress, retry: ReplayRetry, waitMs: number): Promise<ReplayState> {
    return this.store('replay_postpone', POSTPONE_SQL, [...numbers(progress), JSON.stringify(retry), waitMs]);
  }

  finish(state: 'completed' | 'failed', progress: ReplayProgress, failure?: ReplayFailure): Promise<void> {
    return askDatabase(async () => {
      const reason = failure === undefined ? null : JSON.stringify(failure);
      await this.session.client.query(FINISH_SQL, [this.replay.id, ...numbers(progress), state, reason]);
    });
  }

  release(): Promise<void> {
    return this.session.close();
  }

  private store(name: string, text: string, values: unknown[]): Promise<ReplayState> {
    return askDatabase(async () => {
      const query = { name, text, values: [this.replay.id, ...values] };
      const { rows } = await this.session.client.query<{ state: ReplayState }>(query);
      return rows[0]?.state ?? 'cancelled';
    });
  }
}

function numbers(progress: ReplayProgress): string[] {
  return [progress.position.toString(), progress.sentCount.toString(), progress.retryCount.toString()];
}

function toReplay(row: ReplayEntity): Replay {
  return {
    id: row.id,
    state: row.state,
    filter: row.filter,
    targetUrl: row.targetUrl,
    form: { normalized: row.normalized, masked: row.masked },
    createdAt: row.createdAt.getTime(),
    startedAt: row.startedAt?.getTime(),
    finishedAt: row.finishedAt?.getTime(),
    endPosition: BigInt(row.endPosition),
    position: BigInt(row.position),
    sentCount: BigInt(row.sentCount),
    retryCount: BigInt(row.retryCount),
    retry: row.retry ?? undefined,
    dueAt: row.dueAt.getTime(),
    failure: row.failure ?? undefined,
  };
}
