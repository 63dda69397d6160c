import { Database } from '@chargelog/event-log';
import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit.store.js';

/** Who did what. */
@Module({
  controllers: [AuditController],
  providers: [
    {
      provide: AuditLog,
      inject: [Database],
      useFactory: ({ dataSource }: Database) => new AuditLog(dataSource),
    },
  ],
  exports: [AuditLog],
})
export class AuditModule {}
