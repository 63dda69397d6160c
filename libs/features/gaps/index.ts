export { GapsController } from './gaps.controller.js';
export { GAP_SCHEMAS, GAPS } from './gaps.openapi.js';
export { KafkaGapStore } from './kafka-gap.store.js';
export { PgKafkaPositions } from './kafka-positions.store.js';
export { KafkaTopicEntity } from './kafka.entity.js';
