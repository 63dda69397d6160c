export { ListQuarantineQuery } from './list-quarantine.query.js';
export { PgQuarantineStore } from './pg-quarantine-store.js';
export { QuarantineDesk } from './quarantine-desk.js';
export { QuarantineController } from './quarantine.controller.js';
export { QUARANTINE, QUARANTINE_SCHEMAS } from './quarantine.openapi.js';
export { DECISION_LOG, DecisionLogModule } from './decision-log.module.js';
export { QuarantineModule } from './quarantine.module.js';
