export { AuditController } from './audit.controller.js';
export { AuditEntryEntity } from './audit.entity.js';
export { AuditLog, recordAct, type AuditEntry, type RecordedAct } from './audit.store.js';
export { AuditModule } from './audit.module.js';
