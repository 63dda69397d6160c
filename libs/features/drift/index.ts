export { DriftRecorder } from './drift-recorder.js';
export { DriftController } from './drift.controller.js';
export { DriftEntity, NotificationEntity } from './drift.entity.js';
export { DriftApiModule, DriftModule } from './drift.module.js';
export { DriftStore } from './drift.store.js';
