export * from './kafka/index.js';
export * from './memory/index.js';
export * from './drafts.js';
export * from './test-database.js';
export * from './eventually.js';
export * from './gateway-process.js';
export * from './run-cli.js';
export * from './webhook-yaml.js';
