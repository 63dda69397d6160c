export { AccessGuard, Open, RequireScope, type Scope } from './access.guard.js';
export { AdminKey, generateKey } from './admin-key.js';
