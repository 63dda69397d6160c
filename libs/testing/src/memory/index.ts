export { MemoryAuditLog } from './memory-audit-log.js';
export { MemoryKeyStore } from './memory-key-store.js';
export { MemoryRejectionStore } from './memory-rejection-store.js';
export { MemorySourceSecretStore } from './memory-source-secret-store.js';
