export { GapsController } from './gaps.controller.js';
export { KAFKA_GAP_STORE, type KafkaGapStore } from './kafka-gap-store.js';
export { PgKafkaGapStore } from './pg-kafka-gap-store.js';
export { PgKafkaPositions } from './pg-kafka-positions.js';
export { GapsModule, KafkaPositionsModule } from './gaps.module.js';
