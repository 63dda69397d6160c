import { IsOptional } from 'class-validator';
import {
  Described,
  INSTANT,
  IsDecimalId,
  type JsonOf,
  Limit,
  named,
  object,
  pageOf,
  TEXT,
} from '@chargelog/http';

export class ListAuditQuery {
  @Limit(200, 'Entries of one page.')
  limit = 50;

  @Described('`next` of the page before.', { example: '4711' })
  @IsOptional()
  @IsDecimalId('must be the id of an entry')
  after?: string;
}

export const AUDIT_PAGE = named(
  'AuditPage',
  pageOf(
    object({
      id: TEXT,
      at: INSTANT,
      actor: { ...TEXT, description: '`bootstrap` (the admin key), `system`, or `key/<id>/<name>`.' },
      action: {
        ...TEXT,
        description:
          'What, as `thing.verb`: `key.create`, `secret.retire`, `quarantine.release`, `gap.acknowledge`.',
      },
      subject: TEXT,
      detail: { type: 'object' },
    }),
  ),
);
export type AuditPageDto = JsonOf<typeof AUDIT_PAGE>;
