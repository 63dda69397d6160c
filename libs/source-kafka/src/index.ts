export type { IntakeBatchStats } from './intake-context.js';
export type { IntakeLog, LogLevel } from './kafka-logger.js';
export type { KafkaSourceConfig } from './kafka-source-config.js';
export { createKafkaSource, type KafkaSourceOptions } from './kafka-source.js';
