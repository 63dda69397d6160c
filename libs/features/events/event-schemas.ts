import { dataJsonSchema, NOTIFICATIONS, typesOf, type CatalogueEntry } from '@chargelog/catalogue';
import { ref, type Schema } from '@chargelog/http';

/**
 * An event by its notification, so that a generated client that looks at `notification` knows what `data` holds: each has
 * the schema that `dataschema` of its events leads to.
 */
export const NOTIFICATION_SCHEMAS: Readonly<Record<string, Schema>> = Object.fromEntries([
  ...NOTIFICATIONS.map((entry) => [eventName(entry), eventSchema(entry)] as const),
  ...NOTIFICATIONS.map((entry) => [dataName(entry), dataSchema(entry)] as const),
]);

/** Of any notification, those that nobody has seen before included. */
export const ANY_EVENT: Schema = {
  oneOf: [...NOTIFICATIONS.map((entry) => ref(eventName(entry))), ref('UnrecognizedEvent')],
  description:
    'CloudEvents 1.0 in structured JSON, extension attributes in lower case. `notification` decides what `data` holds. Data of nonconforming events may depart from its schema, as the body departed from what AMPECO documents; with `data=raw` it is the body as sent.',
};

/** Of a name that the catalogue does not hold. */
export const UNRECOGNIZED_EVENT: Schema = {
  allOf: [ref('EventEnvelope')],
  properties: {
    type: { type: 'string', const: 'unrecognized' },
    data: { type: 'object', additionalProperties: true, description: 'The body, nothing converted.' },
  },
  required: ['data'],
};

function eventName({ name }: CatalogueEntry): string {
  return `Event.${name}`;
}

function dataName({ name, major }: CatalogueEntry): string {
  return `Data.${name}.${major}`;
}

function eventSchema(entry: CatalogueEntry): Schema {
  return {
    allOf: [ref('EventEnvelope')],
    description: entry.title,
    properties: {
      notification: { type: 'string', const: entry.name },
      type: { type: 'string', enum: typesOf(entry) },
      data: ref(dataName(entry)),
    },
    required: ['data'],
  };
}

/** `$id` would move the base that references are resolved against. */
function dataSchema(entry: CatalogueEntry): Schema {
  const { $schema: _dialect, $id: _address, ...schema } = dataJsonSchema(entry);
  return schema;
}
