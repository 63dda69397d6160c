import type { QuarantineDraft } from '@chargelog/pipeline';

export interface QuarantineRow {
  readonly draft: QuarantineDraft;
  readonly signatureForm: number | undefined;
  readonly kafkaTopicId: number | undefined;
  readonly headers: string;
}

// Rare and small, so plain parameters will do. The same delivery again (a Kafka re-read) is already there.
const TEXT = `
  insert into quarantine (delivery_key, received_at, kafka_offset, kafka_timestamp, kafka_topic_id, kafka_partition,
                          source_id, signature_form, signed_by, reason, detail, headers, raw)
  values ($1, to_timestamp($2::float8 / 1000), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (delivery_key) do nothing`;

export function quarantineDelivery(row: QuarantineRow): { name: string; text: string; values: unknown[] } {
  const { delivery, reason, detail } = row.draft;
  return {
    name: 'quarantine_delivery',
    text: TEXT,
    values: [
      delivery.key,
      delivery.receivedAt,
      delivery.kafka?.offset.toString(),
      delivery.kafka?.timestamp,
      row.kafkaTopicId,
      delivery.kafka?.partition,
      delivery.source.id,
      row.signatureForm,
      delivery.verification?.secret,
      reason,
      detail,
      row.headers,
      delivery.body,
    ],
  };
}
