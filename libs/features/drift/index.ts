export { DriftRecorder } from './drift-recorder.js';
export { DRIFT_STORE, type DriftStore } from './drift-store.js';
export { DriftController } from './drift.controller.js';
export { PgDriftStore } from './pg-drift-store.js';
export { DriftApiModule, DriftModule } from './drift.module.js';
