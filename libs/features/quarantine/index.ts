export { ListQuarantineQuery } from './quarantine.dto.js';
export { PgQuarantineStore } from './pg-quarantine-store.js';
export { QuarantineDesk } from './quarantine-desk.js';
export { QuarantineController } from './quarantine.controller.js';
export { DECISION_LOG, DecisionLogModule } from './decision-log.module.js';
export { QuarantineModule } from './quarantine.module.js';
