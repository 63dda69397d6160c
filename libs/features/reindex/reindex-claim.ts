import { RELATED_RESOURCES, type RelatedResource } from '@chargelog/domain';
import type { ClaimSession, Dictionaries } from '@chargelog/event-log';
import type { Derived, ReindexRow } from './derive.js';
import type { Reindex, ReindexState } from './reindex.entity.js';
import { REINDEX_PAGE, REINDEX_PROGRESS, REINDEX_UPDATE } from './reindex.sql.js';

export interface ReindexChange extends Derived {
  readonly id: string;
}

export interface ReindexProgress {
  readonly position: bigint;
  /** Since the last call. */
  readonly examined: number;
  readonly changed: number;
  readonly changes: Readonly<Record<string, number>>;
}

/** Of a page without rows one is there all the same, with `scanned` alone. */
interface PageRow {
  readonly scanned: string;
  readonly id: string | null;
  readonly seq: string;
  readonly type_id: number;
  readonly notification_id: number;
  readonly flags: number;
  readonly subject_kind_id: number | null;
  readonly subject_id: string | null;
  readonly charge_point_id: string | null;
  readonly evse_id: string | null;
  readonly session_id: string | null;
  readonly user_id: string | null;
  readonly location_id: string | null;
  readonly raw: Buffer;
}

/**
 * Held by one instance at a time; lost with its database connection, on which everything here is done, so that what is
 * written is written by the holder.
 */
export class ReindexClaim {
  /** Aborted when the claim is lost. */
  readonly signal: AbortSignal;

  constructor(
    readonly job: Reindex,
    private readonly session: ClaimSession,
    private readonly names: Dictionaries,
  ) {
    this.signal = session.lost;
  }

  /** Rows after the position and up to the job's end, in position order; of the job's notifications only. */
  async page(
    after: bigint,
    limit: number,
  ): Promise<{ readonly rows: readonly ReindexRow[]; readonly position: bigint }> {
    const { names, job, session } = this;
    const { rows } = await session.client.query<PageRow>({
      name: 'reindex_page',
      text: REINDEX_PAGE,
      values: [after.toString(), job.endPosition.toString(), limit, job.notifications ?? null],
    });
    const found = rows.filter((row): row is PageRow & { id: string } => row.id !== null);
    await names.types.preload(found.map(({ type_id }) => type_id));
    await names.notifications.preload(found.map(({ notification_id }) => notification_id));
    await names.subjectKinds.preload(found.flatMap(({ subject_kind_id: id }) => (id === null ? [] : [id])));
    return {
      rows: found.map((row) => this.toRow(row)),
      position: BigInt(rows[0]?.scanned ?? job.endPosition),
    };
  }

  /** Writes the changes and the progress in one transaction. Returns the state: `cancelled` means stop. */
  async apply(changes: readonly ReindexChange[], progress: ReindexProgress): Promise<ReindexState> {
    const { types, subjectKinds } = this.names;
    await types.ensure(changes.map(({ type }) => type));
    await subjectKinds.ensure(
      changes.flatMap(({ subject }) => (subject === undefined ? [] : [subject.kind])),
    );
    const { client } = this.session;
    await client.query('begin');
    if (changes.length > 0) {
      await client.query({
        name: 'reindex_update',
        text: REINDEX_UPDATE,
        values: [
          this.job.catalogueVersion,
          changes.map(({ id }) => id),
          changes.map(({ type }) => types.idOf(type)),
          changes.map(({ flags }) => flags),
          ...RELATED_RESOURCES.map((resource) => changes.map(({ related }) => related[resource] ?? null)),
          changes.map(({ subject }) => (subject === undefined ? null : subjectKinds.idOf(subject.kind))),
          changes.map(subjectIdColumn),
        ],
      });
    }
    const { rows } = await client.query<{ state: ReindexState }>({
      name: 'reindex_progress',
      text: REINDEX_PROGRESS,
      values: [
        progress.position.toString(),
        progress.examined,
        progress.changed,
        JSON.stringify(progress.changes),
      ],
    });
    await client.query('commit');
    return rows[0]?.state ?? 'cancelled';
  }

  async finish(): Promise<void> {
    await this.session.client.query(
      `update reindex set state = 'completed', finished_at = clock_timestamp() where state = 'running'`,
    );
  }

  release(): Promise<void> {
    return this.session.close();
  }

  private toRow(row: PageRow & { readonly id: string }): ReindexRow {
    const columns = [row.charge_point_id, row.evse_id, row.session_id, row.user_id, row.location_id];
    const related: Partial<Record<RelatedResource, string>> = {};
    RELATED_RESOURCES.forEach((resource, index) => {
      const id = columns[index];
      if (typeof id === 'string') related[resource] = id;
    });
    const kind =
      row.subject_kind_id === null ? undefined : this.names.subjectKinds.known(row.subject_kind_id);
    const subjectId = row.subject_id ?? related[kind as RelatedResource];
    return {
      id: row.id,
      position: BigInt(row.seq),
      notification: this.names.notifications.known(row.notification_id),
      type: this.names.types.known(row.type_id),
      subject: kind === undefined || subjectId === undefined ? undefined : { kind, id: subjectId },
      related,
      flags: row.flags,
      body: row.raw,
    };
  }
}

/** As at ingest: null where the id has a bigint column of its own. */
function subjectIdColumn({ subject, related }: Derived): string | null {
  if (subject === undefined) return null;
  return related[subject.kind as RelatedResource] === subject.id ? null : subject.id;
}
