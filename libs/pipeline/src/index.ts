export * from './batcher.js';
export * from './ports/event-log.js';
export * from './ports/event-reader.js';
export * from './ports/job-store.js';
export * from './ports/kafka-positions.js';
export * from './ports/notification-source.js';
export * from './ports/quarantine.js';
export { prepare } from './prepare.js';
