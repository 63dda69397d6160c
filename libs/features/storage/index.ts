export { openStorage, startProblem, type Storage } from './open-storage.js';
export { StorageModule } from './storage.module.js';
