import { isUtf8 } from 'node:buffer';
import type { BodyFormat, NotUnwrapped } from './body-format.js';
import { isGzip, unpackGzip } from './gzip.js';
import { elementTexts, memberText, objectOf, parseWithinLimits, type ParsedJson } from './json-slices.js';
import { utf16Of } from './utf-16.js';

/** The notification inside a body. `formats` are those that were taken off, the outermost first; none: it is the body itself. */
export interface Unwrapped {
  readonly ok: true;
  readonly content: Buffer;
  readonly formats: readonly BodyFormat[];
}

/** An envelope around an envelope around compression is the most that is met. */
const MAX_LAYERS = 4;

/** Undefined where the body is not wrapped so. */
type Unwrap = (body: Buffer) => Buffer | NotUnwrapped | undefined;

const UNWRAP: Readonly<Record<Exclude<BodyFormat, 'json'>, Unwrap>> = {
  gzip: (body) => {
    if (!isGzip(body)) return undefined;
    const unpacked = unpackGzip(body);
    return unpacked.ok ? unpacked.content : unpacked;
  },
  'utf-16': utf16Of,
  'schema-registry': (body) => {
    if (!isSchemaRegistry(body)) return undefined;
    const content = body.subarray(SCHEMA_HEADER_BYTES);
    return startsLikeJson(content) ? content : notJsonBehind(body);
  },
  connect: (body) => ofObject(body, isConnect, (json) => memberText(json.text, 'payload')),
  cloudevents: (body) =>
    ofObject(body, isCloudEvent, (json) => {
      const encoded = objectOf(json.value)?.['data_base64'];
      return typeof encoded === 'string' ? Buffer.from(encoded, 'base64') : memberText(json.text, 'data');
    }),
  sns: (body) => ofObject(body, isSnsNotification, (json) => memberText(json.text, 'Message')),
  'json-string': (body) => {
    const json = parseWithinLimits(body);
    return typeof json?.value === 'string' ? Buffer.from(json.value) : undefined;
  },
  array: (body) => {
    const json = parseWithinLimits(body);
    if (!Array.isArray(json?.value) || json.value.length !== 1) return undefined;
    return textBytes(elementTexts(json.text)[0]);
  },
};

/**
 * Takes off what the source says stands around its notifications, in whatever order it stands. A body that is not wrapped
 * stays as it is, so that a sender can be changed while deliveries of both kinds are on their way. Pure; bounded in bytes
 * and layers.
 */
export function unwrapBody(body: Buffer, formats: readonly BodyFormat[]): Unwrapped | NotUnwrapped {
  const taken: BodyFormat[] = [];
  let content = body;
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const before = content;
    for (const format of formats) {
      if (format === 'json') continue;
      const inner = UNWRAP[format](content);
      if (inner === undefined) continue;
      if (!Buffer.isBuffer(inner)) return inner;
      content = inner;
      taken.push(format);
    }
    if (content === before) break;
  }
  return { ok: true, content, formats: taken };
}

export const SCHEMA_HEADER_BYTES = 5;

/** Confluent wire format: a zero byte, the id of the schema in four bytes, then the payload. */
export function isSchemaRegistry(body: Buffer): boolean {
  return body[0] === 0 && body.length > SCHEMA_HEADER_BYTES && body[SCHEMA_HEADER_BYTES] !== 0;
}

export function notJsonBehind(body: Buffer): NotUnwrapped {
  return {
    ok: false,
    reason: 'schema-registry',
    detail: `The record starts with the header of a schema registry (schema id ${body.readUInt32BE(1)}), and what follows is not JSON but, it seems, Avro or Protobuf. Let the producer write JSON: a JSON Schema serializer, or none.`,
  };
}

export function startsLikeJson(content: Buffer): boolean {
  return /^[\s\uFEFF]*["[{]/.test(content.subarray(0, 64).toString('utf8')) && isUtf8(content);
}

/** Kafka Connect's JsonConverter with `schemas.enable=true`: exactly these two members. */
export function isConnect(value: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(value).toSorted().join() === 'payload,schema';
}

/** CloudEvents 1.0, structured mode (JSON format §3). */
export function isCloudEvent(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value['specversion'] === 'string' && ('data' in value || 'data_base64' in value);
}

/** Amazon SNS, message format for HTTP and for queues without raw message delivery. */
export function isSns(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value['TopicArn'] === 'string' && typeof value['Type'] === 'string';
}

function isSnsNotification(value: Readonly<Record<string, unknown>>): boolean {
  return isSns(value) && value['Type'] === 'Notification' && typeof value['Message'] === 'string';
}

function ofObject(
  body: Buffer,
  is: (value: Readonly<Record<string, unknown>>) => boolean,
  inner: (json: ParsedJson) => string | Buffer | undefined,
): Buffer | undefined {
  const json = parseWithinLimits(body);
  const object = json && objectOf(json.value);
  // What names itself is a notification, whatever else it holds.
  if (json === undefined || object === undefined || 'notification' in object || !is(object)) return undefined;
  const content = inner(json);
  return typeof content === 'string' ? textBytes(content) : content;
}

/** A member that is a text holds the notification as JSON inside a string. */
function textBytes(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  return Buffer.from(text.startsWith('"') ? (JSON.parse(text) as string) : text);
}
