import { insertAuditEntry } from '@chargelog/features/audit';
import type pg from 'pg';
import { SIGNATURE_FORMS, type Delivery } from '@chargelog/domain';
import {
  DELIVERY_COLUMNS,
  type DeliveryRow,
  type Dictionaries,
  toReadError,
  inTransaction,
} from '@chargelog/event-log';
import type { QuarantineReason } from '@chargelog/pipeline';
import type {
  QuarantineEntry,
  QuarantinedDelivery,
  QuarantineQuery,
  QuarantineState,
  QuarantineStore,
} from './quarantine-store.js';

interface EntryRow extends DeliveryRow, pg.QueryResultRow {
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly bytes: number;
  readonly state: QuarantineState;
  readonly decided_at: number | null;
  readonly decided_by: string | null;
  readonly decision: string | null;
  readonly released_as: 'stored' | 'duplicate' | null;
}

// `octet_length` reads no more than the row itself: a page of large bodies costs no more than one of small ones.
const COLUMNS = `${DELIVERY_COLUMNS}, reason, detail, octet_length(raw) as bytes, state,
  (extract(epoch from decided_at) * 1000)::float8 as decided_at, decided_by, decision, released_as`;

export class PgQuarantineStore implements QuarantineStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly names: Dictionaries,
  ) {}

  async list(query: QuarantineQuery): Promise<readonly QuarantineEntry[]> {
    const rows = await this.read<EntryRow>({
      name: 'quarantine_page',
      text: `select ${COLUMNS} from quarantine q
              where ($2::text is null or reason = $2)
                and ($3::text is null or source_id = (select id from source where name = $3))
                and ($4::uuid is null or (q.received_at, delivery_key) <
                      (select a.received_at, a.delivery_key from quarantine a where a.delivery_key = $4))
                and ($5::text is null or state = $5)
                and ($6::float8 is null or q.received_at >= to_timestamp($6 / 1000))
                and ($7::float8 is null or q.received_at < to_timestamp($7 / 1000))
              order by q.received_at desc, delivery_key desc limit $1`,
      values: [
        query.limit,
        query.reason ?? null,
        query.source ?? null,
        query.after ?? null,
        query.state ?? null,
        query.receivedAfter ?? null,
        query.receivedBefore ?? null,
      ],
    });
    return Promise.all(rows.map((row) => this.toEntry(row)));
  }

  async find(id: string): Promise<QuarantinedDelivery | undefined> {
    const [row] = await this.read<EntryRow & { raw: Buffer }>({
      name: 'quarantine_by_id',
      text: `select ${COLUMNS}, raw from quarantine where delivery_key = $1`,
      values: [id],
    });
    return row && { ...(await this.toEntry(row)), delivery: await this.toDelivery(row, row.raw) };
  }

  async discard(
    id: string,
    decision: { readonly by: string; readonly reason: string },
  ): Promise<QuarantineEntry | undefined> {
    await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        `update quarantine set state = 'discarded', decided_at = clock_timestamp(), decided_by = $2, decision = $3
          where delivery_key = $1 and state = 'held'`,
        [id, decision.by, decision.reason],
      );
      if (rowCount === 0) return;
      await insertAuditEntry(client, {
        actor: decision.by,
        action: 'quarantine.discard',
        subject: id,
        detail: { reason: decision.reason },
      });
    });
    return this.find(id);
  }

  private async read<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<readonly R[]> {
    try {
      return (await this.pool.query<R>(statement)).rows;
    } catch (error) {
      throw toReadError(error);
    }
  }

  private async toEntry(row: EntryRow): Promise<QuarantineEntry> {
    const source = await this.names.source(row.source_id);
    const decided = { at: Math.round(row.decided_at ?? 0), by: row.decided_by ?? '' };
    return {
      id: row.delivery_key,
      reason: row.reason,
      detail: row.detail,
      source: source.name,
      transport: source.kind,
      receivedAt: Math.round(row.received_at),
      bytes: row.bytes,
      state: row.state,
      released:
        row.released_as === null
          ? undefined
          : { ...decided, as: row.released_as, eventId: row.decision ?? '' },
      discarded: row.state === 'discarded' ? { ...decided, reason: row.decision ?? '' } : undefined,
    };
  }

  /** The delivery as it was when it arrived, so that the pipeline decides about the same thing again. */
  private async toDelivery(row: EntryRow, body: Buffer): Promise<Delivery> {
    const topic = row.kafka_topic_id === null ? undefined : await this.names.kafkaTopic(row.kafka_topic_id);
    return {
      key: row.delivery_key,
      source: await this.names.source(row.source_id),
      receivedAt: Math.round(row.received_at),
      body,
      headers: JSON.parse(row.headers) as Record<string, string>,
      ...(row.signed_by !== null && {
        verification: { secret: row.signed_by, form: SIGNATURE_FORMS[row.signature_form ?? 0] ?? 'body:hex' },
      }),
      ...(topic !== undefined && {
        kafka: {
          clusterId: topic.clusterId,
          topic: topic.topic,
          partition: row.kafka_partition ?? 0,
          offset: BigInt(row.kafka_offset ?? '0'),
          timestamp: row.kafka_timestamp === null ? undefined : Number(row.kafka_timestamp),
        },
      }),
    };
  }
}
