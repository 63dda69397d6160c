export { ListQuarantineQuery } from './quarantine.dto.js';
export { PgQuarantineStore } from './pg-quarantine-store.js';
export { QuarantineDesk } from './quarantine-desk.js';
export { QuarantineController } from './quarantine.controller.js';
