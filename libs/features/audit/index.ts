export { insertAuditEntry } from './audit-entry.js';
export { AUDIT_LOG, type AuditEntry, type AuditLog, type RecordedAct } from './audit-log.js';
export { AuditController } from './audit.controller.js';
export { PgAuditLog } from './pg-audit-log.js';
export { AuditModule } from './audit.module.js';
