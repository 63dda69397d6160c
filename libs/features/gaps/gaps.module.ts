import { Database, Dictionaries } from '@chargelog/event-log';
import { Module } from '@nestjs/common';
import { GapsController } from './gaps.controller.js';
import { KAFKA_GAP_STORE } from './kafka-gap-store.js';
import { PgKafkaGapStore } from './pg-kafka-gap-store.js';
import { PgKafkaPositions } from './pg-kafka-positions.js';

/** Ranges of offsets that a broker deleted before they were read, for people. */
@Module({
  controllers: [GapsController],
  providers: [
    {
      provide: KAFKA_GAP_STORE,
      inject: [Database],
      useFactory: ({ pool }: Database) => new PgKafkaGapStore(pool),
    },
  ],
})
export class GapsModule {}

/** The positions that Kafka sources have reached, for the intake. */
@Module({
  providers: [
    {
      provide: PgKafkaPositions,
      inject: [Database, Dictionaries],
      useFactory: ({ pool }: Database, names: Dictionaries) => new PgKafkaPositions(pool, names),
    },
  ],
  exports: [PgKafkaPositions],
})
export class KafkaPositionsModule {}
