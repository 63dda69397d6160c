import { Controller, Get, Query } from '@nestjs/common';
import { answer, iso, Operation, RequireScope, validationPipe, Tag } from '@chargelog/http';
import { AUDIT_PAGE, ListAuditQuery, type AuditPageDto } from './audit.dto.js';
import { AuditLog } from './audit.store.js';

/** Who did what. Written in the transaction of the act, changed by nobody. */
@Tag('Access')
@Controller('v1/audit')
@RequireScope('admin')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @Operation({
    id: 'listAudit',
    summary: 'Who did what, newest first',
    returns: answer('One page.', AUDIT_PAGE),
  })
  async list(@Query(validationPipe('query')) query: ListAuditQuery): Promise<AuditPageDto> {
    const acts = await this.audit.page(query.limit, query.after);
    return {
      data: acts.map((act) => ({ ...act, at: iso(act.at) })),
      next: acts.length === query.limit ? (acts.at(-1)?.id ?? null) : null,
    };
  }
}
