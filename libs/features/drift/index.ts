export { DriftRecorder } from './drift-recorder.js';
export { DriftController } from './drift.controller.js';
export { DEPARTURE_KIND, DRIFT, DRIFT_SCHEMAS } from './drift.openapi.js';
export { DriftStore } from './drift.store.js';
