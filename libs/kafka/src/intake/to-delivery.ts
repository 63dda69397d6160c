import { KAFKA_KEY_HEADER, kafkaDeliveryKey, type Delivery, type Source } from '@chargelog/domain';
import type { IHeaders, KafkaMessage } from 'kafkajs';

export interface RecordOrigin {
  readonly source: Source;
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  /** Arrival, ms since 1970 UTC. */
  readonly receivedAt: number;
}

/** A Kafka record as a delivery. */
export function toDelivery(origin: RecordOrigin, message: KafkaMessage): Delivery {
  const { source, clusterId, topic, partition, receivedAt } = origin;
  const offset = BigInt(message.offset);
  return {
    key: kafkaDeliveryKey({ source: source.name, clusterId, topic, partition, offset }),
    source,
    receivedAt,
    body: message.value ?? Buffer.alloc(0),
    headers: toHeaders(message),
    kafka: { clusterId, topic, partition, offset, timestamp: toTimestamp(message.timestamp) },
  };
}

/** Bytes that a record takes in a slice: everything of it that is kept. */
export function sizeOf(message: KafkaMessage): number {
  let bytes = (message.value?.length ?? 0) + (message.key?.length ?? 0);
  for (const [name, values] of headerEntries(message.headers)) {
    for (const value of values) bytes += name.length + Buffer.byteLength(value);
  }
  return bytes;
}

function toHeaders(message: KafkaMessage): Record<string, string> {
  const entries: [string, string][] = [];
  if (message.key != null) entries.push([KAFKA_KEY_HEADER, toText(message.key)]);
  const merged = new Map<string, string>();
  for (const [name, values] of headerEntries(message.headers)) {
    // Postgres holds no NUL in text.
    const lowered = name.toLowerCase().replaceAll('\0', '%00');
    const text = values.map(toText).join(', ');
    const before = merged.get(lowered);
    merged.set(lowered, before === undefined ? text : `${before}, ${text}`);
  }
  // fromEntries, because a header may be called `__proto__`.
  return Object.fromEntries([...entries, ...merged]);
}

/**
 * Names with all their values. The client collects repeated names in a list, and puts a built-in function into it when
 * a name is one that every object inherits (`constructor`): only what are bytes or text is a value.
 */
function* headerEntries(headers: IHeaders | undefined): Generator<[string, readonly (Buffer | string)[]]> {
  if (headers === undefined) return;
  for (const name of Object.keys(headers)) {
    const value: unknown = headers[name];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const values = list.filter((item) => typeof item === 'string' || Buffer.isBuffer(item));
    // A header without a value is still a header.
    yield [name, values.length === 0 ? [''] : values];
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 as text; anything else, and text that could be mistaken for it, as `base64:…`. */
function toText(value: Buffer | string): string {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  try {
    const text = utf8.decode(bytes);
    if (!text.includes('\0') && !text.startsWith('base64:')) return text;
  } catch {
    // Not UTF-8.
  }
  return `base64:${bytes.toString('base64')}`;
}

function toTimestamp(value: string): number | undefined {
  const timestamp = Number(value);
  return Number.isSafeInteger(timestamp) && timestamp >= 0 ? timestamp : undefined;
}
