import { IsOptional } from 'class-validator';
import { Described, IsDecimalId, json, Limit } from '@chargelog/http';

export class ListAuditQuery {
  @Limit(200, 'Entries of one page.')
  limit = 50;

  @Described('`next` of the page before.', { example: '4711' })
  @IsOptional()
  @IsDecimalId('must be the id of an entry')
  after?: string;
}

export const AUDIT_PAGE = json.named(
  'AuditPage',
  json.page(
    json.object({
      id: json.text(),
      at: json.instant(),
      actor: json.text('`bootstrap` (the admin key), `system`, or `key/<id>/<name>`.'),
      action: json.text(
        'What, as `thing.verb`: `key.create`, `secret.retire`, `quarantine.release`, `gap.acknowledge`.',
      ),
      subject: json.text(),
      detail: json.anyObject(),
    }),
  ),
);
export type AuditPageDto = json.Of<typeof AUDIT_PAGE>;
