export type { KafkaConsumerConfig } from './intake/consumer-config.js';
export { GroupClaims } from './intake/group-claims.js';
export type { IntakeBatchStats } from './intake/intake-context.js';
export { createKafkaSource } from './intake/kafka-source.js';
