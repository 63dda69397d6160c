import { PartitionManager, pruneUndatedKeys } from '@chargelog/event-log';
import { ReindexWorker, type ReindexStore } from '@chargelog/features/reindex';
import {
  REJECTION_BYTES_PER_SOURCE,
  REJECTIONS_KEPT_MS,
  RejectionStore,
} from '@chargelog/features/rejections';
import type { Log } from '@chargelog/telemetry';
import type { Storage } from '../storage.js';

const EVERY_MS = 3_600_000;

/** Upkeep that must happen on some instance, and may happen on several: partitions ahead, what has been kept long enough. */
export function startMaintenanceRole(
  storage: Storage,
  reindexStore: ReindexStore,
  log: Log,
): { close(): Promise<void> } {
  const partitions = new PartitionManager(storage.database.pool, log);
  const rejections = new RejectionStore(storage.database.dataSource);
  let running: Promise<void> = Promise.resolve();
  const chores: Readonly<Record<string, () => Promise<unknown>>> = {
    partitions: () => partitions.run(),
    undatedKeys: () => pruneUndatedKeys(storage.database.pool),
    rejections: () =>
      rejections.trim({
        receivedBefore: Date.now() - REJECTIONS_KEPT_MS,
        bytesPerSource: REJECTION_BYTES_PER_SOURCE,
      }),
  };
  const run = async (): Promise<void> => {
    // Each by itself: a reader that keeps partitions from being made must not keep rejections beyond their 72 hours.
    for (const [chore, work] of Object.entries(chores)) {
      try {
        await work();
      } catch (error) {
        log('error', 'maintenance failed, tried again within the hour', { chore, err: error });
      }
    }
  };
  const tick = (): void => {
    running = running.then(run);
  };
  tick();
  const reindex = new ReindexWorker({ store: reindexStore, log });
  reindex.start();
  const timer = setInterval(tick, EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await reindex.close();
      await running;
    },
  };
}
