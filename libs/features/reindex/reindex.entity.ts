import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ReindexState = 'running' | 'completed' | 'cancelled';

/** Recomputes what the catalogue says of stored events: types, subjects, related ids. Ids, positions and bytes stay. */
export interface Reindex {
  readonly catalogueVersion: number;
  /** The only notification names that are looked at; undefined for all. */
  readonly notifications: readonly string[] | undefined;
  /** Counts what would change, and changes nothing. */
  readonly dryRun: boolean;
  readonly state: ReindexState;
  readonly requestedBy: string;
  /** ms since 1970 UTC. */
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  /** Everything at or below it has been looked at. */
  readonly position: bigint;
  /** Fixed at the start: newer events are named by this catalogue already. */
  readonly endPosition: bigint;
  readonly examinedCount: bigint;
  readonly changedCount: bigint;
  /** `unrecognized → evse.updated` to the number of events; changes that leave the type count under the type alone. */
  readonly changes: Readonly<Record<string, number>>;
}

/** One row: the job that runs or ran last. */
@Entity('reindex')
export class ReindexEntity {
  /** Always true. */
  @PrimaryColumn({ type: 'boolean', insert: false })
  singleton!: boolean;

  @Column({ type: 'smallint', name: 'catalogue_version' })
  catalogueVersion!: number;

  /** Null: all. */
  @Column('text', { array: true, nullable: true })
  notifications!: string[] | null;

  @Column({ type: 'boolean', name: 'dry_run' })
  dryRun!: boolean;

  @Column('text')
  state!: ReindexState;

  @Column({ type: 'text', name: 'requested_by' })
  requestedBy!: string;

  @Column({ type: 'timestamptz', name: 'started_at', insert: false })
  startedAt!: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  /** bigint: decimal text, as the following. */
  @Column({ type: 'bigint', insert: false })
  position!: string;

  @Column({ type: 'bigint', name: 'end_position' })
  endPosition!: string;

  @Column({ type: 'bigint', name: 'examined_count', insert: false })
  examinedCount!: string;

  @Column({ type: 'bigint', name: 'changed_count', insert: false })
  changedCount!: string;

  @Column({ type: 'jsonb', insert: false })
  changes!: Readonly<Record<string, number>>;
}

export function toReindex(row: ReindexEntity): Reindex {
  return {
    catalogueVersion: row.catalogueVersion,
    notifications: row.notifications ?? undefined,
    dryRun: row.dryRun,
    state: row.state,
    requestedBy: row.requestedBy,
    startedAt: row.startedAt.getTime(),
    finishedAt: row.finishedAt?.getTime(),
    position: BigInt(row.position),
    endPosition: BigInt(row.endPosition),
    examinedCount: BigInt(row.examinedCount),
    changedCount: BigInt(row.changedCount),
    changes: row.changes,
  };
}
