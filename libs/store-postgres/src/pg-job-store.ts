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
import pg from 'pg';
import { In, type DataSource, type Repository } from 'typeorm';
import { ReplayEntity, type StoredFilter } from './entities/replay.entity.js';
import type { PgConnection } from './pg-connection.js';
import { toReadError } from './sql-errors.js';

/** First half of the two-int advisory lock that claims a replay; the second is the replay's number. */
const CLAIM_LOCK = 0x7265706c;

const UNFINISHED: readonly ReplayState[] = ['pending', 'running'];

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

  list(limit: number): Promise<readonly Replay[]> {
    return asking(async () => {
      const rows = await this.replays.find({ order: { number: 'desc' }, take: limit });
      return rows.map(toReplay);
    });
  }

  cancel(id: string): Promise<Replay | undefined> {
    return asking(async () => {
      await this.replays.update(
        { id, state: In([...UNFINISHED]) },
        { state: 'cancelled', finishedAt: new Date() },
      );
      return this.find(id);
    });
  }

  claimNext(): Promise<ReplayClaim | undefined> {
    return asking(async () => {
      const waiting = await this.replays.find({
        where: { state: In([...UNFINISHED]) },
        order: { number: 'asc' },
        take: 50,
      });
      if (waiting.length === 0) return undefined;
      // A connection of its own: the claim lives exactly as long as the session, however the worker ends.
      const client = new pg.Client({
        ...this.connection,
        application_name: 'chargelog replay',
        keepAlive: true,
      });
      client.on('error', () => undefined); // reported through the claim's signal
      await client.connect();
      for (const candidate of waiting) {
        const { rows } = await client.query<{ claimed: boolean }>(
          'select pg_try_advisory_lock($1, $2) as claimed',
          [CLAIM_LOCK, candidate.number],
        );
        if (rows[0]?.claimed !== true) continue;
        // Its former worker may have finished it between the list and the lock.
        const row = await this.replays.findOneBy({ id: candidate.id, state: In([...UNFINISHED]) });
        if (row === null) {
          await client.query('select pg_advisory_unlock($1, $2)', [CLAIM_LOCK, candidate.number]);
          continue;
        }
        if (row.state === 'pending') {
          row.startedAt = new Date();
          await this.replays.update(
            { id: row.id, state: 'pending' },
            { state: 'running', startedAt: row.startedAt },
          );
        }
        return new PgReplayClaim({ ...toReplay(row), state: 'running' }, client);
      }
      await client.end();
      return undefined;
    });
  }
}

class PgReplayClaim implements ReplayClaim {
  private readonly lost = new AbortController();
  readonly signal = this.lost.signal;

  constructor(
    readonly replay: Replay,
    private readonly client: pg.Client,
  ) {
    client.on('end', () => this.lost.abort());
  }

  progress(progress: ReplayProgress): Promise<ReplayState> {
    return asking(async () => {
      const { rows } = await this.client.query<{ state: ReplayState }>({
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
      await this.client.query(
        `update replay set position = greatest(position, $2), sent_count = $3, retry_count = $4,
                state = case state when 'running' then $5 else state end,
                finished_at = coalesce(finished_at, clock_timestamp()), failure = $6::jsonb
          where id = $1`,
        [this.replay.id, ...numbers(progress), state, failure === undefined ? null : JSON.stringify(failure)],
      );
    });
  }

  async release(): Promise<void> {
    await this.client.end().catch(() => undefined); // ends the session; with it the claim
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
