export { ListQuarantineQuery } from './list-quarantine.query.js';
export { PgQuarantineStore } from './pg-quarantine-store.js';
export { QuarantineDesk } from './quarantine-desk.js';
export { QuarantineController } from './quarantine.controller.js';
export { QUARANTINE, QUARANTINE_SCHEMAS } from './quarantine.openapi.js';
