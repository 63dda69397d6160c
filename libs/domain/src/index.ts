export * from './delivery.js';
export * from './errors.js';
export * from './event.js';
export * from './identity/index.js';
export * from './json/index.js';
export * from './related-id.js';
