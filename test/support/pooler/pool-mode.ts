import type { PgConnection } from '@chargelog/event-log';

export type PoolMode = 'session' | 'transaction';

export interface Pooler {
  /** To the same database, through the pooler. */
  readonly connection: PgConnection & { readonly database: string };
  close(): Promise<void>;
}
