export { GapsController } from './gaps.controller.js';
export { GapsModule, KafkaPositionsModule } from './gaps.module.js';
export { KafkaGapStore } from './kafka-gap.store.js';
export { PgKafkaPositions } from './kafka-positions.store.js';
export { KafkaTopicEntity } from './kafka.entity.js';
