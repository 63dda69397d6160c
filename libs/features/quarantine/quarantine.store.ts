import type { DataSource, Repository, SelectQueryBuilder } from 'typeorm';
import { SIGNATURE_FORMS, type Delivery, type Transport } from '@chargelog/domain';
import { askDatabase, databaseNow, inTransaction } from '@chargelog/event-log';
import { recordAct } from '@chargelog/features/audit';
import { toSource } from '@chargelog/features/sources';
import type { QuarantineReason } from '@chargelog/pipeline';
import { QuarantineEntity, type QuarantineState } from './quarantine.entity.js';

export interface QuarantineDecision {
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly by: string;
}

export interface QuarantineEntry {
  /** The delivery key. */
  readonly id: string;
  /** Why it could not become an event when it arrived. */
  readonly reason: QuarantineReason;
  /** One sentence for a person. */
  readonly detail: string;
  readonly source: string;
  readonly transport: Transport;
  /** Arrival, ms since 1970 UTC. */
  readonly receivedAt: number;
  /** Length of the body. */
  readonly bytes: number;
  readonly state: QuarantineState;
  /** What a released entry became. */
  readonly released:
    (QuarantineDecision & { readonly as: 'stored' | 'duplicate'; readonly eventId: string }) | undefined;
  readonly discarded: (QuarantineDecision & { readonly reason: string }) | undefined;
}

export interface QuarantinedDelivery extends QuarantineEntry {
  /** As it arrived: exact bytes, arrival, what verified it. */
  readonly delivery: Delivery;
}

export interface QuarantineQuery {
  readonly limit: number;
  readonly reason?: QuarantineReason;
  readonly source?: string;
  readonly state?: QuarantineState;
  /** Inclusive, ms since 1970 UTC. */
  readonly receivedAfter?: number;
  /** Exclusive, ms since 1970 UTC. */
  readonly receivedBefore?: number;
  /** Id of the last entry of the page before. */
  readonly after?: string;
}

/** Entries that stand behind this one in the list; none when it is unknown. */
const BEHIND = `(entry.received_at, entry.delivery_key) <
  (select a.received_at, a.delivery_key from quarantine a where a.delivery_key = :after)`;

/**
 * The inbox of deliveries that could not become events. Entries are kept whatever is decided; nothing trims them. A
 * release is written in the transaction of the event it leads to, see `releaseAlongside`. Decisions are audited.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export class QuarantineStore {
  private readonly entries: Repository<QuarantineEntity>;

  constructor(private readonly dataSource: DataSource) {
    this.entries = dataSource.getRepository(QuarantineEntity);
  }

  /** Newest first, without the bytes. */
  list(query: QuarantineQuery): Promise<readonly QuarantineEntry[]> {
    return askDatabase(async () => {
      const { limit, reason, source, state, receivedAfter, receivedBefore, after } = query;
      const page = this.withSource()
        .orderBy('entry.receivedAt', 'DESC')
        .addOrderBy('entry.deliveryKey', 'DESC')
        .limit(limit);
      if (reason !== undefined) page.andWhere('entry.reason = :reason', { reason });
      if (source !== undefined) page.andWhere('source.name = :source', { source });
      if (state !== undefined) page.andWhere('entry.state = :state', { state });
      if (receivedAfter !== undefined)
        page.andWhere('entry.receivedAt >= :from', { from: new Date(receivedAfter) });
      if (receivedBefore !== undefined)
        page.andWhere('entry.receivedAt < :before', { before: new Date(receivedBefore) });
      if (after !== undefined) page.andWhere(BEHIND, { after });
      return (await page.getMany()).map(toEntry);
    });
  }

  find(id: string): Promise<QuarantinedDelivery | undefined> {
    return askDatabase(async () => {
      const row = await this.withSource()
        .leftJoinAndSelect('entry.kafkaTopic', 'topic')
        .addSelect('entry.raw')
        .where('entry.deliveryKey = :id', { id })
        .getOne();
      return row === null ? undefined : { ...toEntry(row), delivery: toDelivery(row) };
    });
  }

  /** Marks a held entry discarded. Returns it as it is then, whoever decided first; undefined when unknown. */
  async discard(
    id: string,
    { by, reason }: { readonly by: string; readonly reason: string },
  ): Promise<QuarantineEntry | undefined> {
    await inTransaction(this.dataSource, async (manager) => {
      const { affected } = await manager.update(
        QuarantineEntity,
        { deliveryKey: id, state: 'held' },
        { state: 'discarded', decidedAt: databaseNow, decidedBy: by, decision: reason },
      );
      if (affected === 0) return;
      await recordAct(manager, { actor: by, action: 'quarantine.discard', subject: id, detail: { reason } });
    });
    return this.find(id);
  }

  private withSource(): SelectQueryBuilder<QuarantineEntity> {
    return this.entries
      .createQueryBuilder('entry')
      .leftJoinAndSelect('entry.source', 'source')
      .leftJoinAndSelect('source.tenant', 'tenant');
  }
}

/** The delivery as it was when it arrived, so that the pipeline decides about the same thing again. */
function toDelivery(row: QuarantineEntity): Delivery {
  const { kafkaTopic: topic, signedBy } = row;
  return {
    key: row.deliveryKey,
    source: toSource(row.source),
    receivedAt: row.receivedAt.getTime(),
    body: row.raw,
    headers: JSON.parse(row.headers) as Record<string, string>,
    ...(signedBy !== null && {
      verification: { secret: signedBy, form: SIGNATURE_FORMS[row.signatureForm ?? 0] ?? 'body:hex' },
    }),
    ...(topic !== null && {
      kafka: {
        clusterId: topic.clusterId,
        topic: topic.topic,
        partition: row.kafkaPartition ?? 0,
        offset: BigInt(row.kafkaOffset ?? '0'),
        timestamp: row.kafkaTimestamp === null ? undefined : Number(row.kafkaTimestamp),
      },
    }),
  };
}

function toEntry(row: QuarantineEntity): QuarantineEntry {
  const decided = { at: row.decidedAt?.getTime() ?? 0, by: row.decidedBy ?? '' };
  return {
    id: row.deliveryKey,
    reason: row.reason,
    detail: row.detail,
    source: row.source.name,
    transport: row.source.kind,
    receivedAt: row.receivedAt.getTime(),
    bytes: row.bytes,
    state: row.state,
    released:
      row.releasedAs === null ? undefined : { ...decided, as: row.releasedAs, eventId: row.decision ?? '' },
    discarded: row.state === 'discarded' ? { ...decided, reason: row.decision ?? '' } : undefined,
  };
}
