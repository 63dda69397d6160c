export { ListQuarantineQuery } from './list-quarantine.query.js';
export { QuarantineDesk } from './quarantine-desk.js';
export { QuarantineController } from './quarantine.controller.js';
export { QuarantineEntity } from './quarantine.entity.js';
export { QUARANTINE, QUARANTINE_SCHEMAS } from './quarantine.openapi.js';
export { DECISION_LOG, DecisionLogModule } from './decision-log.module.js';
export { QuarantineModule } from './quarantine.module.js';
export { QuarantineStore } from './quarantine.store.js';
