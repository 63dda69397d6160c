import type { DataSource, EntityManager } from 'typeorm';
import { GatewayError } from '@chargelog/domain';
import {
  askDatabase,
  ClaimSession,
  databaseNow,
  inTransaction,
  type Dictionaries,
  type PgConnection,
} from '@chargelog/event-log';
import { recordAct } from '@chargelog/features/audit';
import { ReindexClaim } from './reindex-claim.js';
import { ReindexEntity, toReindex, type Reindex } from './reindex.entity.js';

/** Numbers of replays begin at 1; this one is the reindex's. */
const LOCK_NUMBER = 0;

const RUNNING = { state: 'running' } as const;

/**
 * The reindex that runs or ran last. Starting and cancelling are audited in the same transaction.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export class ReindexStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connection: PgConnection,
    private readonly names: Dictionaries,
  ) {}

  /** @throws GatewayError `conflict` while one is running. */
  start(
    wanted: Pick<Reindex, 'catalogueVersion' | 'notifications' | 'dryRun' | 'requestedBy'>,
  ): Promise<Reindex> {
    return inTransaction(this.dataSource, async (manager) => {
      await manager.query('lock table reindex in share row exclusive mode');
      if (await manager.existsBy(ReindexEntity, RUNNING)) {
        throw new GatewayError(
          'conflict',
          'A reindex is running. GET /v1/reindex shows it, DELETE cancels it.',
        );
      }
      const { catalogueVersion, dryRun, requestedBy } = wanted;
      const notifications = wanted.notifications === undefined ? null : [...wanted.notifications];
      await manager.deleteAll(ReindexEntity);
      await manager.insert(ReindexEntity, {
        ...RUNNING,
        catalogueVersion,
        notifications,
        dryRun,
        requestedBy,
        endPosition: () => 'feed_horizon()',
      });
      await recordAct(manager, {
        actor: requestedBy,
        action: 'reindex.start',
        subject: `catalogue/${catalogueVersion}`,
        detail: { notifications, dryRun },
      });
      const started = await find(manager);
      if (started === undefined) throw new Error('reindex lost the row it was given');
      return started;
    });
  }

  /** The job that runs or ran last. */
  current(): Promise<Reindex | undefined> {
    return askDatabase(() => find(this.dataSource.manager));
  }

  /** Undefined when none was ever started; a finished one stays as it is. */
  cancel(by: string): Promise<Reindex | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      const { affected } = await manager.update(ReindexEntity, RUNNING, {
        state: 'cancelled',
        finishedAt: databaseNow,
      });
      if (affected === 1)
        await recordAct(manager, { actor: by, action: 'reindex.cancel', subject: 'reindex' });
      return find(manager);
    });
  }

  /** Claims the running job, unless another instance works on it. */
  async claim(): Promise<ReindexClaim | undefined> {
    if ((await this.current())?.state !== 'running') return undefined;
    return askDatabase(async () => {
      const session = await ClaimSession.open(this.connection);
      try {
        if (await session.lock(LOCK_NUMBER)) {
          const job = await find(this.dataSource.manager); // read under the lock: its former holder may have moved it
          if (job?.state === 'running') return new ReindexClaim(job, session, this.names);
        }
      } catch (error) {
        await session.close();
        throw error;
      }
      await session.close();
      return undefined;
    });
  }
}

async function find(manager: EntityManager): Promise<Reindex | undefined> {
  const [row] = await manager.find(ReindexEntity);
  return row && toReindex(row);
}
