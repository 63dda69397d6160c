export { AuditController } from './audit.controller.js';
export { AUDIT, AUDIT_SCHEMAS } from './audit.openapi.js';
export { AuditLog, recordAct, type AuditEntry, type RecordedAct } from './audit.store.js';
