export { PgReindexStore } from './pg-reindex-store.js';
export { REINDEX_STORE, type ReindexStore } from './reindex-store.js';
export { ReindexWorker } from './reindex-worker.js';
export { ReindexController } from './reindex.controller.js';
export { ReindexModule, ReindexWorkerModule } from './reindex.module.js';
