import type { QuarantineDraft } from '@chargelog/pipeline';

export interface QuarantineRow {
  readonly draft: QuarantineDraft;
  readonly signatureForm: number | undefined;
  readonly kafkaTopicId: number | undefined;
  readonly headers: string;
}

// Rare and small, so plain parameters will do. The same delivery again (a Kafka re-read) is already there. The same key
// with other bytes is a record of a topic that was made anew, at an offset that the old one had too: it gets a key that
// follows from both (UUID version 8), because no acknowledged bytes may vanish, and a re-read of it must find it.
const TEXT = `
  insert into quarantine (delivery_key, received_at, kafka_offset, kafka_timestamp, kafka_topic_id, kafka_partition,
                          source_id, signature_form, signed_by, reason, detail, headers, raw)
  select case when exists (select from quarantine held where held.delivery_key = $1::uuid and held.raw <> $13::bytea)
              then overlay(overlay(left(encode(sha256(uuid_send($1) || $13), 'hex'), 32) placing '8' from 13)
                           placing '8' from 17)::uuid
              else $1 end,
         to_timestamp($2::float8 / 1000), $3::bigint, $4::bigint, $5::integer, $6::integer, $7::smallint, $8::smallint,
         $9::text, $10::text, $11::text, $12::text, $13::bytea
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
