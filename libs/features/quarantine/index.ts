export { ListQuarantineQuery } from './quarantine.dto.js';
export { QuarantineService } from './quarantine.service.js';
export { QuarantineController } from './quarantine.controller.js';
export { QuarantineEntity } from './quarantine.entity.js';
export { DECISION_LOG, DecisionLogModule } from './decision-log.module.js';
export { QuarantineModule } from './quarantine.module.js';
export { QuarantineStore } from './quarantine.store.js';
