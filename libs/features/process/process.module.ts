import { GATEWAY_CONFIG, type GatewayConfig } from '@chargelog/config';
import { CREDENTIALS, type Credentials } from '@chargelog/features/access';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import { PartsClosing } from './parts-closing.js';

export interface ProcessSettings {
  readonly config: GatewayConfig;
  readonly log: Log;
  /** Undefined where nothing was generated. */
  readonly credentials: Credentials | undefined;
}

/** What every part of the process shares and what was there before any of them. */
@Module({})
export class ProcessModule {
  static of({ config, log, credentials }: ProcessSettings): DynamicModule {
    return {
      module: ProcessModule,
      global: true,
      providers: [
        { provide: GATEWAY_CONFIG, useValue: config },
        { provide: LOGGER, useValue: log },
        { provide: CREDENTIALS, useValue: credentials },
        { provide: PartsClosing, useFactory: () => new PartsClosing(log) },
      ],
      exports: [GATEWAY_CONFIG, LOGGER, CREDENTIALS, PartsClosing],
    };
  }
}
