import type { Source } from '@chargelog/domain';
import type { Database } from '@chargelog/event-log';
import { registerSources } from '@chargelog/features/sources';

/** One for each test of a store, so that none sees what another left; all of one tenant, `source-0`, `source-1` … */
export function storedSources(database: Database, count: number): Promise<readonly Source[]> {
  const declared = Array.from(
    { length: count },
    (_, n) => ({ name: `source-${n}`, kind: 'webhook', tenant: 't' }) as const,
  );
  return registerSources(database.dataSource, declared);
}
