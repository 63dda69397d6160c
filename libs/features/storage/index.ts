export { openStorage, type Storage } from './open-storage.js';
export { StorageModule } from './storage.module.js';
