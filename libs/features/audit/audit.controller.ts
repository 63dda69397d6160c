import { Controller, Get, Query } from '@nestjs/common';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { RequireScope, AsNumber, iso, validationPipe } from '@chargelog/http';
import { AuditLog } from './audit.store.js';

export class ListAuditQuery {
  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  /** Id of the last entry of the page before. */
  @IsOptional()
  @Matches(/^(0|[1-9]\d{0,17})$/, { message: 'must be the id of an entry' })
  after?: string;
}

/** Who did what. Written in the transaction of the act, changed by nobody. */
@Controller('v1/audit')
@RequireScope('admin')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  /** Newest first. */
  @Get()
  async list(@Query(validationPipe('query')) query: ListAuditQuery): Promise<unknown> {
    const acts = await this.audit.page(query.limit, query.after);
    return {
      data: acts.map((act) => ({ ...act, at: iso(act.at) })),
      next: acts.length === query.limit ? (acts.at(-1)?.id ?? null) : null,
    };
  }
}
