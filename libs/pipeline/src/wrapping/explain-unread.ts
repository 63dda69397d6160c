import type { ReadFailure } from '@chargelog/domain';
import type { QuarantineReason } from '../ports/event-log.js';
import { isGzip } from './gzip.js';
import { objectOf, parseWithinLimits } from './json-slices.js';
import {
  isCloudEvent,
  isConnect,
  isSchemaRegistry,
  isSns,
  notJsonBehind,
  SCHEMA_HEADER_BYTES,
  startsLikeJson,
} from './unwrap-body.js';
import { utf16Kind } from './utf-16.js';

interface Explanation {
  readonly reason: QuarantineReason;
  /** One sentence or more for a person: what it is, and what to do. Never quotes the body. */
  readonly detail: string;
}

const RELEASE = 'then release this entry';

/** Compressions by their first bytes; gzip apart, the gateway unpacks none. */
const COMPRESSIONS: readonly (readonly [name: string, magic: string])[] = [
  ['zstd', '28b52ffd'],
  ['lz4', '04224d18'],
  ['snappy', 'ff060000734e61507059'],
  ['snappy', '82534e41505059'],
  ['zlib (deflate)', '7801'],
  ['zlib (deflate)', '785e'],
  ['zlib (deflate)', '789c'],
  ['zlib (deflate)', '78da'],
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a'],
  ['zip', '504b0304'],
];

/**
 * Why a body could not be read, where it is something well known that stands around the notification: each with a reason
 * of its own and the way to read it. Otherwise the failure as it is.
 */
export function explainUnread(
  body: Buffer,
  failure: ReadFailure,
  headers: Readonly<Record<string, string>>,
): Explanation {
  return explainBytes(body, headers) ?? explainJson(body, failure) ?? failure;
}

function explainBytes(body: Buffer, headers: Readonly<Record<string, string>>): Explanation | undefined {
  if (isGzip(body))
    return {
      reason: 'gzip',
      detail: `The body is compressed with gzip. Set format: gzip for its source, ${RELEASE}; or let the sender leave the compression out.`,
    };
  if (utf16Kind(body) !== undefined)
    return {
      reason: 'utf-16',
      detail: `The body is text in UTF-16. Set format: utf-16 for its source, ${RELEASE}; or let the sender write UTF-8.`,
    };
  if (isSchemaRegistry(body)) {
    if (!startsLikeJson(body.subarray(SCHEMA_HEADER_BYTES))) return notJsonBehind(body);
    return {
      reason: 'schema-registry',
      detail: `Before the JSON stand five bytes of a schema registry (schema id ${body.readUInt32BE(1)}). Set format: schema-registry for its source, ${RELEASE}.`,
    };
  }
  const start = body.subarray(0, 16).toString('hex');
  const compression =
    COMPRESSIONS.find(([, magic]) => start.startsWith(magic))?.[0] ??
    /^(br|zstd|deflate|compress|x-compress)$/i.exec(headers['content-encoding']?.trim() ?? '')?.[0];
  if (compression !== undefined)
    return {
      reason: 'compressed',
      detail: `The body is compressed with ${compression}, which is not unpacked here. Let the sender leave the compression out, or use gzip; release this entry with the body unpacked.`,
    };
  return undefined;
}

function explainJson(body: Buffer, failure: ReadFailure): Explanation | undefined {
  if (failure.reason !== 'not-an-object' && failure.reason !== 'no-notification-name')
    return formEncoded(body, failure);
  const json = parseWithinLimits(body);
  if (json === undefined) return undefined;
  if (Array.isArray(json.value)) return explainArray(json.value.length);
  if (typeof json.value === 'string') {
    const inner = parseWithinLimits(Buffer.from(json.value));
    if (inner === undefined || objectOf(inner.value) === undefined) return undefined;
    return {
      reason: 'json-string',
      detail: `The body is a JSON string that holds JSON: it was encoded twice. Set format: json-string for its source, ${RELEASE}; or let the producer write the text as it is.`,
    };
  }
  const object = objectOf(json.value);
  return object === undefined || 'notification' in object ? undefined : explainEnvelope(object);
}

function explainArray(length: number): Explanation {
  if (length === 1)
    return {
      reason: 'array',
      detail: `The body is an array that holds one element. Set format: array for its source, ${RELEASE}.`,
    };
  return {
    reason: 'array',
    detail: `The body is an array of ${length} elements, and a delivery is one notification. Let the sender, or the connector between, send each by itself; send these again one by one.`,
  };
}

function explainEnvelope(object: Readonly<Record<string, unknown>>): Explanation | undefined {
  if (isConnect(object))
    return {
      reason: 'connect-envelope',
      detail: `The body is an envelope of Kafka Connect (schema, payload). Set value.converter.schemas.enable=false for the connector; for what has come, set format: connect for its source, ${RELEASE}.`,
    };
  if (isCloudEvent(object))
    return {
      reason: 'cloudevents-envelope',
      detail: `The body is a CloudEvents envelope. Set format: cloudevents for its source, ${RELEASE}.`,
    };
  if (!isSns(object)) return undefined;
  if (object['Type'] === 'Notification')
    return {
      reason: 'sns-envelope',
      detail: `The body is an envelope of Amazon SNS. Switch on raw message delivery for the subscription; for what has come, set format: sns for its source, ${RELEASE}.`,
    };
  return {
    reason: 'sns-envelope',
    detail:
      'The body is a message of Amazon SNS about its subscription, not a notification: whoever runs the topic confirms it by its SubscribeURL. Discard this entry.',
  };
}

/** `payload=%7B%22notification%22…`: what an HTML form would send. */
function formEncoded(body: Buffer, failure: ReadFailure): Explanation | undefined {
  if (failure.reason !== 'not-json' || !/^[\w.-]{1,64}=%7B/i.test(body.subarray(0, 80).toString('latin1')))
    return undefined;
  return {
    reason: 'not-json',
    detail:
      'The body is a form (name=value, percent-encoded), not JSON. Let the sender post the JSON itself; release this entry with the body decoded.',
  };
}
