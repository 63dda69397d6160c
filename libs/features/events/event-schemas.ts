import { dataJsonSchema, NOTIFICATIONS, typesOf, type CatalogueEntry } from '@chargelog/catalogue';
import { INSTANT, named, object, POSITION, TEXT, TRANSPORT, UUID, type Schema } from '@chargelog/http';
import { CONFORMANCES } from './conformance.js';

export const CONFORMANCE = { type: 'string', enum: CONFORMANCES } as const satisfies Schema;
const RELATED_ID: Schema = { type: 'string', pattern: '^[0-9]+$' };

const ENVELOPE = named('EventEnvelope', {
  ...object(
    {
      specversion: { type: 'string', const: '1.0' },
      id: { ...UUID, description: 'Event id: the same for every copy of one notification.' },
      source: { type: 'string', description: '`/tenants/{tenant}/ampeco`' },
      type: { type: 'string', description: 'Event type, like `session.started`.' },
      time: { ...INSTANT, description: "Occurred at: the event's own time, from the body." },
      datacontenttype: { type: 'string', const: 'application/json' },
      tenant: TEXT,
      notification: { type: 'string', description: "AMPECO's name." },
      position: {
        ...POSITION,
        description: 'Place in the feed, in decimal digits; may be larger than a double holds.',
      },
      receivedat: { ...INSTANT, description: 'Arrival of the first delivery.' },
      transport: TRANSPORT,
      gatewaysource: { type: 'string', description: 'Name of the source that brought it first.' },
      conformance: CONFORMANCE,
    },
    {
      subject: { type: 'string', description: 'What the event is about, `resource/id`.' },
      undated: {
        type: 'boolean',
        description: 'The body holds no time of its own; `time` is the arrival.',
      },
      late: { type: 'boolean', description: 'Older than the retention floor was when it arrived.' },
      deprecated: { type: 'boolean', description: 'AMPECO calls this notification deprecated.' },
      supersededby: { type: 'string', description: 'Its current name.' },
      chargepointid: RELATED_ID,
      evseid: RELATED_ID,
      sessionid: RELATED_ID,
      userid: RELATED_ID,
      locationid: RELATED_ID,
      maskedpaths: {
        type: 'string',
        description:
          'JSON Pointers to members of `data` that were left out because the key lacks events:read-sensitive; separated by spaces.',
      },
      dataschema: {
        type: 'string',
        description: 'Address of the JSON Schema of normalized data; absent for unrecognized notifications.',
      },
    },
  ),
  additionalProperties: true, // `data` stands beside it
  description: 'What every event has, whatever it is about.',
});

/** Of a name that the catalogue does not hold. */
const UNRECOGNIZED = named('UnrecognizedEvent', {
  allOf: [ENVELOPE],
  properties: {
    type: { type: 'string', const: 'unrecognized' },
    data: { type: 'object', additionalProperties: true, description: 'The body, nothing converted.' },
  },
  required: ['data'],
});

/**
 * An event of any notification, those that nobody has seen before included. Each notification has a schema of its own, so
 * that a generated client that looks at `notification` knows what `data` holds: what `dataschema` of its events leads to.
 */
export const EVENT = named('Event', {
  oneOf: [...NOTIFICATIONS.map(eventSchema), UNRECOGNIZED],
  description:
    'CloudEvents 1.0 in structured JSON, extension attributes in lower case. `notification` decides what `data` holds. Data of nonconforming events may depart from its schema, as the body departed from what AMPECO documents; with `data=raw` it is the body as sent.',
} satisfies Schema);

function eventSchema(entry: CatalogueEntry): Schema {
  return named(`Event.${entry.name}`, {
    allOf: [ENVELOPE],
    description: entry.title,
    properties: {
      notification: { type: 'string', const: entry.name },
      type: { type: 'string', enum: typesOf(entry) },
      data: dataSchema(entry),
    },
    required: ['data'],
  });
}

/** `$id` would move the base that references are resolved against. */
function dataSchema(entry: CatalogueEntry): Schema {
  const { $schema: _dialect, $id: _address, ...schema } = dataJsonSchema(entry);
  return named(`Data.${entry.name}.${entry.major}`, schema);
}
