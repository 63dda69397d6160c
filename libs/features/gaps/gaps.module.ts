import { Database, Dictionaries } from '@chargelog/event-log';
import { Module } from '@nestjs/common';
import { GapsController } from './gaps.controller.js';
import { KafkaGapStore } from './kafka-gap.store.js';
import { PgKafkaPositions } from './kafka-positions.store.js';

/** Ranges of offsets that a broker deleted before they were read, for people. */
@Module({
  controllers: [GapsController],
  providers: [
    {
      provide: KafkaGapStore,
      inject: [Database],
      useFactory: ({ dataSource }: Database) => new KafkaGapStore(dataSource),
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
      useFactory: ({ dataSource }: Database, names: Dictionaries) => new PgKafkaPositions(dataSource, names),
    },
  ],
  exports: [PgKafkaPositions],
})
export class KafkaPositionsModule {}
