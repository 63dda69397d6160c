import {
  answer,
  object,
  ref,
  SOURCE_NAME,
  UUID,
  type OperationDescription,
  type Schema,
  SESSION_STARTED,
  SESSION_STARTED_ID,
  pathParameter,
} from '@chargelog/http';

export const WEBHOOK_SCHEMAS: Readonly<Record<string, Schema>> = {
  Acknowledgement: {
    description:
      'The delivery is in the database: as a new event, as a further copy of one, or in quarantine.',
    oneOf: [
      object({ outcome: { type: 'string', enum: ['stored', 'duplicate'] }, eventId: UUID }),
      object({ outcome: { type: 'string', const: 'quarantined' }, quarantineId: UUID }),
    ],
  },
};

export const WEBHOOKS: readonly OperationDescription[] = [
  {
    id: 'receiveWebhook',
    method: 'post',
    path: '/webhooks/{source}',
    tag: 'Intake',
    summary: 'Where AMPECO delivers',
    description:
      'Any content type; the bytes are kept as they are. The answer follows the commit: what was acknowledged is stored. What cannot be read is acknowledged too, and waits in quarantine. A query string is accepted and ignored.',
    access: 'signature',
    parameters: [
      pathParameter('source', 'Name of a configured webhook source.', SOURCE_NAME, 'ampeco'),
      {
        in: 'header',
        name: 'X-Signature',
        description:
          'HMAC-SHA256 over the raw body with the AMPECO API token that created the subscription; hex or base64, optionally after `sha256=`.',
        schema: { type: 'string' },
        required: true,
      },
      {
        in: 'header',
        name: 'X-Timestamp',
        description:
          "When AMPECO sent it. Part of the signed text only where the source's configuration says so.",
        schema: { type: 'string' },
      },
    ],
    body: {
      description:
        'A notification of AMPECO. The largest body that is taken is configured (1 MiB by default).',
      schema: {
        type: 'object',
        properties: { notification: { type: 'string', minLength: 1 } },
        required: ['notification'],
        additionalProperties: true,
      },
      example: SESSION_STARTED,
    },
    answers: {
      202: answer(
        'Stored, known already, or in quarantine; in the database in each case.',
        ref('Acknowledgement'),
        { outcome: 'stored', eventId: SESSION_STARTED_ID },
      ),
    },
    problems: ['bad-signature', 'not-found', 'too-large', 'rate-limited', 'overloaded', 'store-away'],
  },
];
