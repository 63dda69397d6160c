import { DEPARTURE_KINDS } from '@chargelog/catalogue';
import {
  INSTANT,
  INSTANT_OR_DATE,
  json,
  NOTIFICATION_NAME,
  object,
  QUERY_PROBLEMS,
  ref,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type Schema,
} from './description.js';

const KIND: Schema = { type: 'string', enum: DEPARTURE_KINDS };

export const DRIFT_SCHEMAS: Readonly<Record<string, Schema>> = {
  DriftReport: object({
    data: {
      type: 'array',
      items: object({
        tenant: { type: 'string' },
        notification: { type: 'string', description: "AMPECO's name." },
        kind: KIND,
        path: {
          type: 'string',
          description:
            'JSON Pointer into the body, with `*` for elements of arrays and maps; empty for the whole; `…` for all places beyond 500 of one name.',
        },
        expected: { type: 'string', description: 'What is documented.' },
        firstSeenAt: INSTANT,
        lastSeenAt: INSTANT,
        count: { type: 'integer', description: 'Events, not copies.' },
        exampleEventId: UUID,
      }),
    },
  }),
};

export const DRIFT: readonly OperationDescription[] = [
  {
    id: 'reportDrift',
    method: 'get',
    path: '/v1/reports/drift',
    tag: 'Reports',
    summary: 'How what AMPECO sends differs from the catalogue',
    description:
      'Fields, values, types and names that are not documented, or documented and missing; last seen first. Recorded within two seconds of the event. It names places and rules; what a body holds is in the example event.',
    access: 'events:read',
    parameters: [
      {
        in: 'query',
        name: 'notification',
        description: "AMPECO's name.",
        schema: NOTIFICATION_NAME,
        example: 'SessionUpdateNotification',
      },
      { in: 'query', name: 'kind', description: 'What differs.', schema: KIND, example: 'new-field' },
      {
        in: 'query',
        name: 'seenAfter',
        description: `Seen at or after this instant. ${INSTANT_OR_DATE.description}`,
        schema: { type: 'string' },
      },
      {
        in: 'query',
        name: 'limit',
        description: 'Rows of the report.',
        schema: { type: 'integer', minimum: 1, maximum: 5_000, default: 500 },
      },
    ],
    answers: { 200: { description: 'The report.', content: json(ref('DriftReport')) } },
    problems: [...QUERY_PROBLEMS, ...STORE_PROBLEMS],
  },
];
