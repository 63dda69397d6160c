import { dataJsonSchema, NOTIFICATIONS, typesOf, type CatalogueEntry } from '@chargelog/catalogue';
import { json, type Schema } from '@chargelog/http';
import { CONFORMANCES } from './conformance.js';

const RELATED_ID = json.text(
  'As AMPECO writes it: mostly a number in decimal digits, which may be larger than a double holds.',
);

const ENVELOPE = json.named(
  'EventEnvelope',
  json.schema({
    ...json.object(
      {
        specversion: json.literal('1.0'),
        id: json.uuid('Event id: the same for every copy of one notification.'),
        source: json.text('`/tenants/{tenant}/ampeco`'),
        type: json.text('Event type, like `session.started`.'),
        time: json.instant("Occurred at: the event's own time, from the body."),
        datacontenttype: json.literal('application/json'),
        tenant: json.text(),
        notification: json.text("AMPECO's name."),
        position: json.position('Place in the feed, in decimal digits; may be larger than a double holds.'),
        receivedat: json.instant('Arrival of the first delivery.'),
        transport: json.transport(),
        gatewaysource: json.text('Name of the source that brought it first.'),
        conformance: json.oneOf(CONFORMANCES),
      },
      {
        subject: json.text('What the event is about, `resource/id`.'),
        undated: json.flag('The body holds no time of its own that counts; `time` is the arrival.'),
        ahead: json.flag('`time` is more than 10 minutes after the arrival: a clock was wrong.'),
        deprecated: json.flag('AMPECO calls this notification deprecated.'),
        supersededby: json.text('Its current name.'),
        chargepointid: RELATED_ID,
        evseid: RELATED_ID,
        sessionid: RELATED_ID,
        userid: RELATED_ID,
        locationid: RELATED_ID,
        maskedpaths: json.text(
          'JSON Pointers to members of `data` that were left out because the key lacks events:read-sensitive; separated by spaces.',
        ),
        dataschema: json.text(
          'Address of the JSON Schema of normalized data; absent for unrecognized notifications.',
        ),
      },
    ),
    additionalProperties: true, // `data` stands beside it
    description: 'What every event has, whatever it is about.',
  }),
);

/** Of a name that the catalogue does not hold. */
const UNRECOGNIZED = json.named(
  'UnrecognizedEvent',
  json.schema({
    allOf: [ENVELOPE],
    properties: {
      type: { type: 'string', const: 'unrecognized' },
      data: { type: 'object', additionalProperties: true, description: 'The body, nothing converted.' },
    },
    required: ['data'],
  }),
);

/**
 * An event of any notification, those that nobody has seen before included. Each notification has a schema of its own, so
 * that a generated client that looks at `notification` knows what `data` holds: what `dataschema` of its events leads to.
 */
export const EVENT = json.named(
  'Event',
  json.schema({
    oneOf: [...NOTIFICATIONS.map(eventSchema), UNRECOGNIZED],
    description:
      'CloudEvents 1.0 in structured JSON, extension attributes in lower case. `notification` decides what `data` holds. Data of nonconforming events may depart from its schema, as the body departed from what AMPECO documents; with `data=raw` it is the body as sent.',
  }),
);

function eventSchema(entry: CatalogueEntry): Schema {
  return json.named(
    `Event.${entry.name}`,
    json.schema({
      allOf: [ENVELOPE],
      description: entry.title,
      properties: {
        notification: { type: 'string', const: entry.name },
        type: { type: 'string', enum: typesOf(entry) },
        data: dataSchema(entry),
      },
      required: ['data'],
    }),
  );
}

/** `$id` would move the base that references are resolved against. */
function dataSchema(entry: CatalogueEntry): Schema {
  const { $schema: _dialect, $id: _address, ...schema } = dataJsonSchema(entry);
  return json.named(`Data.${entry.name}.${entry.major}`, json.schema(schema));
}
