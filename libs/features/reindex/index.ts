export { ReindexWorker } from './reindex-worker.js';
export { ReindexController } from './reindex.controller.js';
export { REINDEX, REINDEX_SCHEMAS } from './reindex.openapi.js';
export { ReindexStore } from './reindex.store.js';
