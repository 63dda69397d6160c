import { isUtf8, type Buffer } from 'node:buffer';
import type { JsonObject, JsonValue } from './json-value.js';
import { describeJsonFault, findJsonFault } from './json-fault.js';
import { scanJson } from './scan-json.js';

/** Deepest nesting that is read. AMPECO's own bodies stay below 10; recursive code behind this needs no guard. */
export const MAX_DEPTH = 64;
/** Most members, duplicates included, over all objects of a body. */
export const MAX_MEMBERS = 20_000;
/** Longest notification name, in UTF-16 units. The longest documented one has 40. */
export const MAX_NAME_LENGTH = 255;

export type ReadFailureReason =
  'not-utf8' | 'not-json' | 'not-an-object' | 'no-notification-name' | 'too-deep' | 'too-many-keys';

/** A body that is a notification: a JSON object with its name in `notification`. */
export interface ReadNotification {
  readonly ok: true;
  /** What `JSON.parse` made of it: numbers as doubles, of a repeated key the last value, `__proto__` an own property. */
  readonly value: JsonObject;
  /** The name, 1 to 255 UTF-16 units, without control characters and lone surrogates: safe for a text column. */
  readonly notification: string;
  /** The body as text, without byte order mark. */
  readonly text: string;
  readonly byteOrderMark: boolean;
  /** Members as written, duplicates included; more than `value` holds means that a key is repeated. */
  readonly memberCount: number;
  /** Some number token may not be held exactly by a double; its digits are in `text` only. */
  readonly exactNumbers: boolean;
}

export interface ReadFailure {
  readonly ok: false;
  readonly reason: ReadFailureReason;
  /** One sentence for a person. Never quotes the body. */
  readonly detail: string;
}

export type ReadResult = ReadNotification | ReadFailure;

/**
 * Reads the bytes of a delivery as a notification, or says why they are none. Total: no bytes make it throw.
 *
 * Depth and members are limited by a scanner before `JSON.parse` and everything after it recurses. Changing what is
 * accepted moves bodies in or out of quarantine; changing `text`, `memberCount` or `exactNumbers` would change event
 * ids, whose golden vectors (identity/v1) guard this function too.
 */
export function readNotificationBody(body: Buffer): ReadResult {
  if (!isUtf8(body)) return failure('not-utf8', 'The body is not valid UTF-8.');
  if (body.length === 0) return failure('not-json', 'The body is empty.');
  const byteOrderMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  const text = body.toString('utf8', byteOrderMark ? 3 : 0);

  const { depth, memberCount, exactNumbers } = scanJson(body);
  if (depth > MAX_DEPTH) {
    return failure('too-deep', `The body nests ${depth} levels deep; at most ${MAX_DEPTH} are read.`);
  }
  if (memberCount > MAX_MEMBERS) {
    return failure('too-many-keys', `The body has ${memberCount} keys; at most ${MAX_MEMBERS} are read.`);
  }

  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return failure('not-json', toSyntaxDetail(text));
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return failure('not-an-object', `The body is JSON but ${toKind(value)}, not an object.`);
  }
  const object = value as JsonObject;
  const notification = object['notification'];
  if (notification === undefined) {
    return failure('no-notification-name', 'The body has no member "notification".');
  }
  if (typeof notification !== 'string') {
    return failure(
      'no-notification-name',
      `The member "notification" is ${toKind(notification)}, not a string.`,
    );
  }
  const fault = findNameFault(notification);
  if (fault !== undefined) return failure('no-notification-name', `The member "notification" ${fault}.`);

  return { ok: true, value: object, notification, text, byteOrderMark, memberCount, exactNumbers };
}

function failure(reason: ReadFailureReason, detail: string): ReadFailure {
  return { ok: false, reason, detail };
}

/** The engine's own message quotes the body, which may hold personal data. */
function toSyntaxDetail(text: string): string {
  const fault = findJsonFault(text);
  return fault === undefined ? 'The body is not valid JSON.' : describeJsonFault(text, fault);
}

function toKind(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

/** Cc: NUL and the other control characters, which Postgres refuses or logs garble. Cs: halves of surrogate pairs. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

function findNameFault(name: string): string | undefined {
  if (name === '') return 'is an empty string';
  if (name.length > MAX_NAME_LENGTH) {
    return `has ${name.length} characters; a name has at most ${MAX_NAME_LENGTH}`;
  }
  const at = name.search(UNSTORABLE);
  if (at < 0) return undefined;
  const code = name.charCodeAt(at);
  if (code === 0) return `contains the character NUL at ${at}`;
  return code < 0xd800
    ? `contains a control character at ${at}`
    : `contains half of a surrogate pair at ${at}`;
}
