/** How a delivery reached the gateway. */
export type Transport = 'webhook' | 'kafka';

/**
 * A configured origin of one AMPECO tenant, as registered in the database. The tenant is always taken from here,
 * never from `X-Tenant` or from the body.
 */
export interface Source {
  /** Row id in `source`. */
  readonly id: number;
  /** Unique name from the configuration, `[a-z0-9-]`. */
  readonly name: string;
  readonly kind: Transport;
  readonly tenant: string;
  /** Row id in `tenant`. */
  readonly tenantId: number;
}

/** The forms in which a webhook signature can have been found valid; the order is the stored code, append only. */
export const SIGNATURE_FORMS = [
  'body:hex',
  'body:base64',
  'timestamp+body:hex',
  'timestamp+body:base64',
  'timestamp.body:hex',
  'timestamp.body:base64',
  'body+timestamp:hex',
  'body+timestamp:base64',
] as const;
export type SignatureForm = (typeof SIGNATURE_FORMS)[number];

/** Which secret of the source verified the delivery (by its configured name, never its value), and in which form. */
export interface Verification {
  readonly secret: string;
  readonly form: SignatureForm;
}

/** Under which the key of a Kafka record stands among the headers of its delivery; no header of HTTP can be called so. */
export const KAFKA_KEY_HEADER = ':key';

/**
 * Under which the log notes how the notification was taken out of its body (`gzip, cloudevents`), or that it is one that a
 * person put in its place (`corrected`); and the bytes as they arrived, in base64. No header of HTTP can be called so.
 */
export const TAKEN_HEADER = ':taken';
export const AS_RECEIVED_HEADER = ':as-received';

/** Where a Kafka record stood. With the source these four name it for ever. */
export interface KafkaCoordinates {
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The record's own timestamp, ms since 1970 UTC; undefined when the broker gave none. */
  readonly timestamp: number | undefined;
}

/** One copy that arrived: exact bytes and how they came. Authenticated before it becomes a value of this type. */
export interface Delivery {
  /**
   * Delivery key, a UUID in text form. Webhook: version 7, made at receipt. Kafka: version 8, derived from
   * (source, cluster id, topic, partition, offset), so that a record read again is the same delivery.
   */
  readonly key: string;
  readonly source: Source;
  /** Arrival, ms since 1970 UTC. */
  readonly receivedAt: number;
  /** The exact bytes of the body or record value. */
  readonly body: Buffer;
  /**
   * What came with the body and explains it, names in lower case: `content-type`, `content-encoding`
   * and every `x-*` header of a webhook;
   * the record headers of a Kafka record, its key under `:key`. Values that are not UTF-8 read `base64:…`.
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly verification?: Verification;
  readonly kafka?: KafkaCoordinates;
}
