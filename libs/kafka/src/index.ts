export type { IntakeBatchStats } from './intake/intake-context.js';
export type { KafkaSourceConfig } from './intake/kafka-source-config.js';
export { createKafkaSource } from './intake/kafka-source.js';
export { crc32c } from './wire/crc32c.js';
