import {
  AS_RECEIVED_HEADER,
  parseUuid,
  RELATED_RESOURCES,
  SIGNATURE_FORMS,
  TAKEN_HEADER,
  type Delivery,
  type RelatedResource,
} from '@chargelog/domain';
import type { AppendBatch, EventDraft, Prepared } from '@chargelog/pipeline';
import type { Dictionaries } from '../names/dictionaries.js';
import type { EventRow, PositionRow } from './append-events.sql.js';
import type { QuarantineRow } from './quarantine-deliveries.sql.js';

/** A batch in the terms of this database. */
export interface ResolvedBatch {
  readonly events: readonly EventRow[];
  readonly quarantined: readonly QuarantineRow[];
  readonly positions: readonly PositionRow[];
}

/** Names to ids. Synchronous in effect once every name has been seen, which is after the first seconds. */
export async function resolveBatch(batch: AppendBatch, dictionaries: Dictionaries): Promise<ResolvedBatch> {
  const { types, notifications, subjectKinds } = dictionaries;
  const drafts = batch.entries.filter((entry): entry is EventDraft => entry.outcome === 'event');
  if (drafts.some((draft) => types.idOf(draft.type) === undefined))
    await types.ensure(drafts.map((d) => d.type));
  if (drafts.some((draft) => notifications.idOf(draft.notification) === undefined)) {
    await notifications.ensure(drafts.map((d) => d.notification));
  }
  if (drafts.some((d) => d.subject !== undefined && subjectKinds.idOf(d.subject.kind) === undefined)) {
    await subjectKinds.ensure(drafts.flatMap((d) => (d.subject === undefined ? [] : [d.subject.kind])));
  }
  const topicIds = await findTopicIds(batch, dictionaries);
  const events: EventRow[] = [];
  const quarantined: QuarantineRow[] = [];
  for (const entry of batch.entries) {
    const common = {
      signatureForm: signatureFormCode(entry.delivery),
      kafkaTopicId:
        entry.delivery.kafka && topicIds.get(topicKey(entry.delivery.source.id, entry.delivery.kafka)),
      headers: JSON.stringify(headersOf(entry)),
    };
    if (entry.outcome === 'quarantine') quarantined.push({ draft: entry, ...common });
    else {
      events.push({
        draft: entry,
        ...common,
        deliveryKey: requireUuid(entry.delivery.key),
        typeId: required(types.idOf(entry.type)),
        notificationId: required(notifications.idOf(entry.notification)),
        subjectKindId: entry.subject && subjectKinds.idOf(entry.subject.kind),
        subjectId: subjectIdColumn(entry),
      });
    }
  }
  const positions: PositionRow[] = batch.positions.map((position) => ({
    position,
    kafkaTopicId: required(topicIds.get(topicKey(position.sourceId, position))),
  }));
  return { events, quarantined, positions };
}

/** Where the event holds something else than the body, the body goes along as it came: no acknowledged bytes are lost. */
function headersOf(entry: Prepared): Readonly<Record<string, string>> {
  const { body } = entry.delivery;
  const headers = withoutOurNames(entry.delivery.headers);
  if (entry.outcome !== 'event' || entry.content === undefined) return headers;
  return {
    ...headers,
    [TAKEN_HEADER]: entry.content.how,
    [AS_RECEIVED_HEADER]: body.toString('base64'),
  };
}

/** A Kafka record may call a header whatever it likes, also as we call what is noted here; it keeps it under another name. */
function withoutOurNames(headers: Delivery['headers']): Delivery['headers'] {
  if (!Object.hasOwn(headers, TAKEN_HEADER) && !Object.hasOwn(headers, AS_RECEIVED_HEADER)) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name === TAKEN_HEADER || name === AS_RECEIVED_HEADER ? `:${name}` : name,
      value,
    ]),
  );
}

async function findTopicIds(
  batch: AppendBatch,
  dictionaries: Dictionaries,
): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>();
  const add = async (sourceId: number, at: { clusterId: string; topic: string }): Promise<void> => {
    const key = topicKey(sourceId, at);
    if (ids.has(key)) return;
    ids.set(key, await dictionaries.kafkaTopicId({ sourceId, clusterId: at.clusterId, topic: at.topic }));
  };
  for (const position of batch.positions) await add(position.sourceId, position);
  for (const { delivery } of batch.entries) if (delivery.kafka) await add(delivery.source.id, delivery.kafka);
  return ids;
}

function topicKey(sourceId: number, at: { clusterId: string; topic: string }): string {
  return `${sourceId}\n${at.clusterId}\n${at.topic}`;
}

/** The subject goes to the general columns only where it is not one of the ids that have a column of their own. */
function subjectIdColumn(draft: EventDraft): string | undefined {
  if (draft.subject === undefined) return undefined;
  const { kind, id } = draft.subject;
  const hasColumn = (RELATED_RESOURCES as readonly string[]).includes(kind);
  if (hasColumn && draft.related[kind as RelatedResource]?.toString() === id) return undefined;
  return id;
}

function signatureFormCode(delivery: Delivery): number | undefined {
  return delivery.verification && SIGNATURE_FORMS.indexOf(delivery.verification.form);
}

function requireUuid(text: string): Buffer {
  const bytes = parseUuid(text);
  if (bytes === undefined) throw new Error('a delivery key is not a UUID; this is a programming error');
  return bytes;
}

function required<T>(value: T | undefined): T {
  if (value === undefined)
    throw new Error('a name has no id after it was registered; this is a programming error');
  return value;
}
