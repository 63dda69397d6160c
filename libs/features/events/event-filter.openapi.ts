import {
  type ParameterDescription,
  type Schema,
  INSTANT_OR_DATE_TEXT,
  queryParameter,
} from '@chargelog/http';

const DECIMAL_ID: Schema = { type: 'string', pattern: '^(0|[1-9][0-9]{0,17})$' };
/** The members that narrow events; the same in history, feed and replays. */
export const EVENT_FILTER: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>> =
  {
    type: {
      schema: {
        type: 'array',
        maxItems: 50,
        items: { type: 'string' },
        description:
          'Event types, or all of a resource (`session.*`). Repeat it for several; any of them matches. GET /v1/catalogue lists them.',
      },
      example: ['session.*'],
    },
    chargePointId: {
      schema: { ...DECIMAL_ID, description: 'AMPECO id of the charge point.' },
      example: '1187',
    },
    evseId: { schema: { ...DECIMAL_ID, description: 'AMPECO id of the EVSE.' } },
    sessionId: { schema: { ...DECIMAL_ID, description: 'AMPECO id of the session.' }, example: '904512' },
    userId: { schema: { ...DECIMAL_ID, description: 'AMPECO id of the user.' } },
    locationId: { schema: { ...DECIMAL_ID, description: 'AMPECO id of the location.' } },
    subject: {
      schema: {
        type: 'string',
        maxLength: 300,
        pattern: '^[A-Za-z]+/[^\\u0000]+$',
        description: 'What the event is about, `resource/id`.',
      },
      example: 'session/904512',
    },
    occurredAfter: {
      schema: { type: 'string', description: `Inclusive. ${INSTANT_OR_DATE_TEXT}` },
      example: '2026-03-14T00:00:00Z',
    },
    occurredBefore: {
      schema: { type: 'string', description: `Exclusive. ${INSTANT_OR_DATE_TEXT}` },
      example: '2026-03-15',
    },
    deprecated: {
      schema: {
        type: 'string',
        enum: ['include', 'exclude'],
        description:
          'Leave out notifications under deprecated names, where both names of a pair are subscribed. Included unless excluded.',
      },
    },
  };

export const EVENT_FILTER_PARAMETERS: readonly ParameterDescription[] = Object.entries(EVENT_FILTER).map(
  ([name, { schema, example }]) => {
    const { description = '', ...rest } = schema;
    return queryParameter(name, description, rest, example);
  },
);

export const DATA_PARAMETER = queryParameter(
  'data',
  '`normalized`: current names, ids as text, instants in UTC, equivalents in OCPP and OCPI under `standards`; `dataschema` describes it. `raw`: the body as AMPECO sent it, in one line.',
  { type: 'string', enum: ['normalized', 'raw'], default: 'normalized' },
  'normalized',
);
