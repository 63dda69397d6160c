import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';

/** What was received, as history. */
@Module({ controllers: [EventsController] })
export class EventsModule {}
