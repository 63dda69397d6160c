export { ListQuarantineQuery } from './list-quarantine.query.js';
export { QuarantineDesk } from './quarantine-desk.js';
export { QuarantineController } from './quarantine.controller.js';
export { QUARANTINE, QUARANTINE_SCHEMAS } from './quarantine.openapi.js';
export { QuarantineStore } from './quarantine.store.js';
