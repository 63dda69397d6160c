export * from './kafka/index.js';
export * from './drafts.js';
export * from './test-database.js';
