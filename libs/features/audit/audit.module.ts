import { Database } from '@chargelog/event-log';
import { Module } from '@nestjs/common';
import { AUDIT_LOG } from './audit-log.js';
import { AuditController } from './audit.controller.js';
import { PgAuditLog } from './pg-audit-log.js';

/** Who did what. */
@Module({
  controllers: [AuditController],
  providers: [
    { provide: AUDIT_LOG, inject: [Database], useFactory: ({ pool }: Database) => new PgAuditLog(pool) },
  ],
  exports: [AUDIT_LOG],
})
export class AuditModule {}
