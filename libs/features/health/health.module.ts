import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** Whether the process lives and every part works. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
