import { IsNull, type DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { GatewayError } from '@chargelog/domain';
import { askDatabase, databaseNow, inTransaction } from '@chargelog/event-log';
import { recordAct } from '@chargelog/features/audit';
import { SourceEntity } from '@chargelog/features/sources';
import type { KafkaGap } from '@chargelog/pipeline';
import { KafkaGapEntity } from './kafka.entity.js';

export type GapState = 'unacknowledged' | 'acknowledged';

export interface RecordedGap extends Omit<KafkaGap, 'sourceId'> {
  /** Decimal digits; ascends with the order of recording. */
  readonly id: string;
  readonly source: string;
  /** ms since 1970 UTC. */
  readonly detectedAt: number;
  readonly acknowledgement:
    | {
        /** ms since 1970 UTC. */
        readonly at: number;
        readonly by: string;
        readonly reason: string;
      }
    | undefined;
}

export interface GapQuery {
  readonly limit: number;
  readonly state?: GapState;
  /** Id of the last gap of the page before. */
  readonly after?: string;
}

/**
 * What people look up and decide about gaps. A gap stays on record for ever, with its exact range; acknowledging says that
 * somebody knows of it, and why nothing more is to be done. Written to the audit log in the same transaction.
 *
 * Throws GatewayError `not-found` for a source or gap that is not there, `store-away` or `query-timeout`.
 */
export class KafkaGapStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. A source that reads no Kafka has none. */
  list(source: string, { limit, state, after }: GapQuery): Promise<readonly RecordedGap[]> {
    return askDatabase(async () => {
      const { manager } = this.dataSource;
      await requireSource(manager, source);
      const page = gapsOf(manager, source).orderBy('gap.id', 'DESC').limit(limit);
      if (after !== undefined) page.andWhere('gap.id < :after', { after });
      if (state === 'acknowledged') page.andWhere('gap.acknowledgedAt is not null');
      if (state === 'unacknowledged') page.andWhere('gap.acknowledgedAt is null');
      return (await page.getMany()).map(toGap);
    });
  }

  /** Returns the gap as it is then: the first acknowledgement stands, a further one changes and records nothing. */
  acknowledge(
    source: string,
    id: string,
    { by, reason }: { readonly by: string; readonly reason: string },
  ): Promise<RecordedGap> {
    return inTransaction(this.dataSource, async (manager) => {
      await requireSource(manager, source);
      const ofId = gapsOf(manager, source).andWhere('gap.id = :id', { id });
      if (!(await ofId.getExists()))
        throw new GatewayError('not-found', `The source "${source}" has no gap with the id ${id}.`);
      const { affected } = await manager.update(
        KafkaGapEntity,
        { id, acknowledgedAt: IsNull() },
        { acknowledgedAt: databaseNow, acknowledgedBy: by, acknowledgementReason: reason },
      );
      const gap = toGap(await ofId.getOneOrFail()); // as it is then, whoever was first
      if (affected === 1) {
        const { clusterId, topic, partition } = gap;
        const [fromOffset, toOffset] = [gap.fromOffset.toString(), gap.toOffset.toString()];
        await recordAct(manager, {
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

async function requireSource(manager: EntityManager, name: string): Promise<void> {
  if (!(await manager.existsBy(SourceEntity, { name })))
    throw new GatewayError('not-found', `No source is named "${name}".`);
}

function gapsOf(manager: EntityManager, source: string): SelectQueryBuilder<KafkaGapEntity> {
  return manager
    .createQueryBuilder(KafkaGapEntity, 'gap')
    .innerJoinAndSelect('gap.topic', 'topic')
    .innerJoinAndSelect('topic.source', 'source')
    .where('source.name = :source', { source });
}

function toGap(row: KafkaGapEntity): RecordedGap {
  return {
    id: row.id,
    source: row.topic.source.name,
    clusterId: row.topic.clusterId,
    topic: row.topic.topic,
    partition: row.partition,
    fromOffset: BigInt(row.fromOffset),
    toOffset: BigInt(row.toOffset),
    reason: row.reason,
    detectedAt: row.detectedAt.getTime(),
    acknowledgement:
      row.acknowledgedAt === null
        ? undefined
        : {
            at: row.acknowledgedAt.getTime(),
            by: row.acknowledgedBy ?? '',
            reason: row.acknowledgementReason ?? '',
          },
  };
}
