import { listOf } from '../declare/collections.js';
import { setting } from '../declare/setting.js';
import { oneOf } from '../declare/types.js';

/** What may stand around a notification. The same words as `BODY_FORMATS` of the pipeline, which unwraps them. */
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

/** The key `format` of every source. */
export const bodyFormat = setting(
  listOf(oneOf(BODY_FORMATS), { isOneEnough: true }),
  'What stands around each notification, taken off before it is read; one, or a list where several do, in any order. `json`: nothing. `gzip`: compression (4 MiB unpacked at most). `utf-16`: text in UTF-16. `schema-registry`: the five bytes that a serializer of a schema registry writes first. `connect`: the envelope `schema`, `payload` of Kafka Connect. `cloudevents`: a CloudEvents envelope. `sns`: an envelope of Amazon SNS. `json-string`: the notification as text inside a JSON string. `array`: a list that holds one notification. A body without it is read as it is. The bytes as received are kept.',
  {
    default: 'json',
    summary: (formats) =>
      formats.every((format) => format === 'json') ? [] : `format ${formats.join(' and ')}`,
  },
);
