import { contentOf, type EventDraft, type KafkaPosition } from '@chargelog/pipeline';
import {
  byteaArray,
  int2Array,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
} from './binary-array.js';

/** An event draft with its names resolved to the ids of this database. */
export interface EventRow {
  readonly draft: EventDraft;
  readonly deliveryKey: Buffer;
  readonly typeId: number;
  readonly notificationId: number;
  readonly subjectKindId: number | undefined;
  /** Only where the subject has no bigint column of its own. */
  readonly subjectId: string | undefined;
  readonly signatureForm: number | undefined;
  readonly kafkaTopicId: number | undefined;
  readonly headers: string;
}

export interface PositionRow {
  readonly position: KafkaPosition;
  readonly kafkaTopicId: number;
}

// One statement for every batch size: named, so it is parsed and planned once per connection. A single statement is its
// own transaction, so a batch costs one round trip and one flush of the WAL.
const TEXT = `
  select ord, event_id, duplicate from append_events(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::smallint[], $5::smallint[], $6::smallint[], $7::integer[],
    $8::smallint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::smallint[],
    $15::text[], $16::smallint[], $17::text[], $18::text[], $19::integer[], $20::integer[], $21::bigint[],
    $22::bigint[], $23::bytea[], $24::uuid[], $25::uuid[], $26::smallint, $27::integer[], $28::integer[],
    $29::bigint[])`;

// Still one statement. Its last step, as the positions of `append_events` are: so that no writer waits for an event while it
// holds a position.
const TEXT_WITH_LOGS = `${TEXT}
  union all
  select n, null, null from move_kafka_positions($30::integer[], $31::integer[], $32::bigint[], $33::integer[], $34::text[]) n`;

/** The statement that appends a batch, see `append_events` in the migration that creates it. */
export function appendEvents(
  rows: readonly EventRow[],
  positions: readonly PositionRow[],
  catalogueVersion: number,
): { name: string; text: string; values: unknown[]; rowMode: 'array' } {
  const inLogs = positions.filter(({ position }) => position.log !== undefined);
  const others = positions.filter(({ position }) => position.log === undefined);
  return {
    name: inLogs.length === 0 ? 'append_events' : 'append_events_with_logs',
    text: inLogs.length === 0 ? TEXT : TEXT_WITH_LOGS,
    rowMode: 'array',
    values: [
      uuidArray(rows, (row) => row.draft.id),
      uuidArray(rows, (row) => row.deliveryKey),
      timestamptzArray(rows, (row) => row.draft.delivery.receivedAt),
      int2Array(rows, (row) => row.draft.delivery.source.id),
      int2Array(rows, (row) => row.draft.delivery.source.tenantId),
      int2Array(rows, (row) => row.typeId),
      int4Array(rows, (row) => row.notificationId),
      int2Array(rows, (row) => row.draft.flags),
      int8Array(rows, (row) => row.draft.related.chargePoint),
      int8Array(rows, (row) => row.draft.related.evse),
      int8Array(rows, (row) => row.draft.related.session),
      int8Array(rows, (row) => row.draft.related.user),
      int8Array(rows, (row) => row.draft.related.location),
      int2Array(rows, (row) => row.subjectKindId),
      textArray(rows, (row) => row.subjectId),
      int2Array(rows, (row) => row.signatureForm),
      textArray(rows, (row) => row.draft.delivery.verification?.secret),
      textArray(rows, (row) => row.headers),
      int4Array(rows, (row) => row.kafkaTopicId),
      int4Array(rows, (row) => row.draft.delivery.kafka?.partition),
      int8Array(rows, (row) => row.draft.delivery.kafka?.offset),
      int8Array(rows, (row) => toBigInt(row.draft.delivery.kafka?.timestamp)),
      byteaArray(rows, (row) => contentOf(row.draft)),
      uuidArray(rows, (row) => row.draft.undatedKey),
      uuidArray(rows, (row) => row.draft.undatedStamp),
      catalogueVersion,
      ...positionArrays(others),
      ...(inLogs.length === 0
        ? []
        : [
            ...positionArrays(inLogs),
            int4Array(inLogs, ({ position }) => position.log?.number),
            textArray(inLogs, ({ position: { log } }) => log?.mark && JSON.stringify(log.mark)),
          ]),
    ],
  };
}

function positionArrays(positions: readonly PositionRow[]): Buffer[] {
  return [
    int4Array(positions, (row) => row.kafkaTopicId),
    int4Array(positions, (row) => row.position.partition),
    int8Array(positions, (row) => row.position.nextOffset),
  ];
}

function toBigInt(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}
