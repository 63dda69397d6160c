import type pg from 'pg';
import { GatewayError } from '@chargelog/domain';
import { toReadError, inTransaction } from '@chargelog/event-log';
import { insertAuditEntry } from '@chargelog/features/audit';
import type { KafkaGap } from '@chargelog/pipeline';
import type { GapQuery, KafkaGapStore, RecordedGap } from './kafka-gap-store.js';

interface Row {
  readonly id: string;
  readonly source: string;
  readonly cluster_id: string;
  readonly topic: string;
  readonly partition: number;
  readonly from_offset: string;
  readonly to_offset: string;
  readonly reason: KafkaGap['reason'];
  readonly detected_at: number;
  readonly acknowledged_at: number | null;
  readonly acknowledged_by: string | null;
  readonly acknowledgement_reason: string | null;
}

const GAPS_OF_SOURCE = `
  select g.id, s.name as source, t.cluster_id, t.topic, g.partition, g.from_offset, g.to_offset, g.reason,
         (extract(epoch from g.detected_at) * 1000)::float8 as detected_at,
         (extract(epoch from g.acknowledged_at) * 1000)::float8 as acknowledged_at,
         g.acknowledged_by, g.acknowledgement_reason
    from kafka_gap g
    join kafka_topic t on t.id = g.kafka_topic_id
    join source s on s.id = t.source_id
   where s.name = $1`;

export class PgKafkaGapStore implements KafkaGapStore {
  constructor(private readonly pool: pg.Pool) {}

  async list(source: string, query: GapQuery): Promise<readonly RecordedGap[]> {
    try {
      await requireSource(this.pool, source);
      const { rows } = await this.pool.query<Row>(
        `${GAPS_OF_SOURCE}
            and ($3::bigint is null or g.id < $3)
            and ($4::boolean is null or (g.acknowledged_at is not null) = $4)
          order by g.id desc limit $2`,
        [
          source,
          query.limit,
          query.after ?? null,
          query.state === undefined ? null : query.state === 'acknowledged',
        ],
      );
      return rows.map(toGap);
    } catch (error) {
      throw toReadError(error);
    }
  }

  acknowledge(
    source: string,
    id: string,
    { by, reason }: { readonly by: string; readonly reason: string },
  ): Promise<RecordedGap> {
    return inTransaction(this.pool, async (client) => {
      await requireSource(client, source);
      const { rowCount } = await client.query(
        `update kafka_gap g
            set acknowledged_at = clock_timestamp(), acknowledged_by = $3, acknowledgement_reason = $4
           from kafka_topic t join source s on s.id = t.source_id
          where t.id = g.kafka_topic_id and s.name = $1 and g.id = $2 and g.acknowledged_at is null`,
        [source, id, by, reason],
      );
      const { rows } = await client.query<Row>(`${GAPS_OF_SOURCE} and g.id = $2`, [source, id]);
      const gap = rows.map(toGap)[0];
      if (gap === undefined)
        throw new GatewayError('not-found', `The source "${source}" has no gap with the id ${id}.`);
      if (rowCount === 1) {
        const { clusterId, topic, partition } = gap;
        const [fromOffset, toOffset] = [gap.fromOffset.toString(), gap.toOffset.toString()];
        await insertAuditEntry(client, {
          actor: by,
          action: 'gap.acknowledge',
          subject: `${source}/${id}`,
          detail: { reason, clusterId, topic, partition, fromOffset, toOffset },
        });
      }
      return gap;
    });
  }
}

async function requireSource(connection: Pick<pg.Pool, 'query'>, name: string): Promise<void> {
  const { rowCount } = await connection.query('select 1 from source where name = $1', [name]);
  if (rowCount === 0) throw new GatewayError('not-found', `No source is named "${name}".`);
}

function toGap(row: Row): RecordedGap {
  return {
    id: row.id,
    source: row.source,
    clusterId: row.cluster_id,
    topic: row.topic,
    partition: row.partition,
    fromOffset: BigInt(row.from_offset),
    toOffset: BigInt(row.to_offset),
    reason: row.reason,
    detectedAt: Math.round(row.detected_at),
    acknowledgement:
      row.acknowledged_at === null
        ? undefined
        : {
            at: Math.round(row.acknowledged_at),
            by: row.acknowledged_by ?? '',
            reason: row.acknowledgement_reason ?? '',
          },
  };
}
