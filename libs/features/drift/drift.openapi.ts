import { DEPARTURE_KINDS } from '@chargelog/catalogue';
import {
  INSTANT,
  answer,
  NOTIFICATION_NAME,
  listOf,
  object,
  QUERY_PROBLEMS,
  ref,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type Schema,
  INSTANT_OR_DATE_TEXT,
  limitParameter,
  queryParameter,
} from '@chargelog/http';

export const DEPARTURE_KIND: Schema = { type: 'string', enum: DEPARTURE_KINDS };

export const DRIFT_SCHEMAS: Readonly<Record<string, Schema>> = {
  DriftReport: listOf(
    object({
      tenant: { type: 'string' },
      notification: { type: 'string', description: "AMPECO's name." },
      kind: DEPARTURE_KIND,
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
  ),
};

export const DRIFT: readonly OperationDescription[] = [
  {
    id: 'reportDrift',
    method: 'get',
    path: '/v1/reports/drift',
    tag: 'Reports',
    summary: 'How what AMPECO sends differs from the catalogue',
    description:
      'Fields, values, types and names that are not documented, or documented and missing; last seen first. Recorded within two seconds of the event; of more than 10,000 new places in that time the rest is not counted, which the log says. It names places and rules; what a body holds is in the example event.',
    access: 'events:read',
    parameters: [
      queryParameter('notification', "AMPECO's name.", NOTIFICATION_NAME, 'SessionUpdateNotification'),
      queryParameter('kind', 'What differs.', DEPARTURE_KIND, 'new-field'),
      queryParameter('seenAfter', `Seen at or after this instant. ${INSTANT_OR_DATE_TEXT}`, {
        type: 'string',
      }),
      limitParameter('Rows of the report.', { maximum: 5_000, default: 500 }),
    ],
    answers: { 200: answer('The report.', ref('DriftReport')) },
    problems: [...QUERY_PROBLEMS, ...STORE_PROBLEMS],
  },
];
