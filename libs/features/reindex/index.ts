export { ReindexWorker } from './reindex-worker.js';
export { ReindexController } from './reindex.controller.js';
export { ReindexEntity } from './reindex.entity.js';
export { ReindexModule, ReindexWorkerModule } from './reindex.module.js';
export { ReindexStore } from './reindex.store.js';
