import { AS_RECEIVED_HEADER, SIGNATURE_FORMS, TAKEN_HEADER } from '@chargelog/domain';
import type { DeliveryRecord } from '@chargelog/pipeline';
import { msOf } from '../database/instants.js';
import type { Dictionaries } from '../names/dictionaries.js';

/** Columns that `event`, `duplicate` and `quarantine` share: how a delivery came. */
export const DELIVERY_COLUMNS = `delivery_key, source_id, ${msOf('received_at')} as received_at,
  headers, signature_form, signed_by, kafka_topic_id, kafka_partition, kafka_offset, kafka_timestamp`;

export interface DeliveryRow {
  readonly delivery_key: string;
  readonly source_id: number;
  readonly received_at: number;
  readonly headers: string;
  readonly signature_form: number | null;
  readonly signed_by: string | null;
  readonly kafka_topic_id: number | null;
  readonly kafka_partition: number | null;
  readonly kafka_offset: string | null;
  readonly kafka_timestamp: string | null;
}

export async function toDeliveryRecord(
  row: DeliveryRow,
  facts: { readonly first: boolean; readonly sameBytes: boolean },
  names: Dictionaries,
): Promise<DeliveryRecord> {
  const source = await names.source(row.source_id);
  const {
    [TAKEN_HEADER]: how,
    [AS_RECEIVED_HEADER]: received,
    ...headers
  } = JSON.parse(row.headers) as Record<string, string>;
  const topic = row.kafka_topic_id === null ? undefined : await names.kafkaTopic(row.kafka_topic_id);
  return {
    key: row.delivery_key,
    first: facts.first,
    source: source.name,
    transport: source.kind,
    receivedAt: Math.round(row.received_at),
    headers,
    taken:
      how === undefined || received === undefined
        ? undefined
        : { how, body: Buffer.from(received, 'base64') },
    verification:
      row.signed_by === null
        ? undefined
        : { secret: row.signed_by, form: SIGNATURE_FORMS[row.signature_form ?? 0] ?? 'body:hex' },
    kafka: topic && {
      clusterId: topic.clusterId,
      topic: topic.topic,
      partition: row.kafka_partition ?? 0,
      offset: row.kafka_offset ?? '0',
      timestamp: row.kafka_timestamp === null ? undefined : Number(row.kafka_timestamp),
    },
    sameBytes: facts.sameBytes,
  };
}
