import { spawnSync } from 'node:child_process';
import type { PgConnection } from '@chargelog/event-log';
import type { Pooler, PoolMode } from './pool-mode.js';
import { startPgBouncer } from './pgbouncer.js';
import { startStandIn } from './stand-in.js';

type Start = (target: PgConnection & { readonly database: string }, mode: PoolMode) => Promise<Pooler>;

const hasPgBouncer = spawnSync('pgbouncer', ['--version']).status === 0;

/** A pooler of ours that behaves like PgBouncer, and PgBouncer itself where it is installed (`apt-get install pgbouncer`). */
export const POOLERS: readonly (readonly [name: string, start: Start])[] = [
  ['a stand-in of PgBouncer', startStandIn],
  ...(hasPgBouncer ? [['PgBouncer', startPgBouncer] as const] : []),
];
