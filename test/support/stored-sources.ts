import type { Source } from '@chargelog/domain';
import type { Database } from '@chargelog/event-log';
import { registerSources } from '@chargelog/features/sources';

/** One for each test of a store, so that none sees what another left; all of one tenant. */
const described = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `source-${n}`, kind: 'webhook', tenant: 't' }) as const);

export function sourcesInMemory(count: number): readonly Source[] {
  return described(count).map((source, n) => ({ ...source, id: n + 1, tenantId: 1 }));
}

export function sourcesInPostgres(database: Database, count: number): Promise<readonly Source[]> {
  return registerSources(database.dataSource, described(count));
}
