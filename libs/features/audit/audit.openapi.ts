import {
  answer,
  INSTANT,
  pageOf,
  object,
  QUERY_PROBLEMS,
  ref,
  STORE_PROBLEMS,
  type OperationDescription,
  type Schema,
  ENTRY_LIMIT,
  queryParameter,
} from '@chargelog/http';

const ENTRY_NUMBER: Schema = { type: 'string', pattern: '^(0|[1-9][0-9]{0,17})$' };

export const AUDIT_SCHEMAS: Readonly<Record<string, Schema>> = {
  AuditPage: pageOf(
    object({
      id: { type: 'string' },
      at: INSTANT,
      actor: {
        type: 'string',
        description: '`bootstrap` (the admin key), `system`, or `key/<id>/<name>`.',
      },
      action: {
        type: 'string',
        description:
          'What, as `thing.verb`: `key.create`, `secret.retire`, `quarantine.release`, `gap.acknowledge`.',
      },
      subject: { type: 'string' },
      detail: { type: 'object' },
    }),
  ),
};

export const AUDIT: readonly OperationDescription[] = [
  {
    id: 'listAudit',
    method: 'get',
    path: '/v1/audit',
    tag: 'Access',
    summary: 'Who did what, newest first',
    access: 'admin',
    parameters: [ENTRY_LIMIT, queryParameter('after', '`next` of the page before.', ENTRY_NUMBER, '4711')],
    answers: { 200: answer('One page.', ref('AuditPage')) },
    problems: [...QUERY_PROBLEMS, ...STORE_PROBLEMS],
  },
];
