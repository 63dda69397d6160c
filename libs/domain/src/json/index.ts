export * from './exact-ids.js';
export * from './json-value.js';
export * from './number-tokens.js';
export * from './read-notification-body.js';
export * from './scan-json.js';
