import type { QuarantineReason } from '../ports/event-log.js';

/** What may stand around a notification; the words of the key `format` of a source. */
export const BODY_FORMATS = [
  'json',
  'gzip',
  'utf-16',
  'schema-registry',
  'connect',
  'cloudevents',
  'sns',
  'json-string',
  'array',
] as const;
export type BodyFormat = (typeof BODY_FORMATS)[number];
/** Nothing stands around it. */
export const PLAIN_FORMAT: readonly BodyFormat[] = ['json'];

/** A body that is wrapped as its source says, and cannot be unwrapped. */
export interface NotUnwrapped {
  readonly ok: false;
  readonly reason: QuarantineReason;
  /** One sentence for a person. Never quotes the body. */
  readonly detail: string;
}
