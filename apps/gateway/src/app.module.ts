import type { Role } from '@chargelog/config';
import { EventLogModule } from '@chargelog/event-log';
import { AccessApiModule, AccessGuard, AccessModule } from '@chargelog/features/access';
import { AuditModule } from '@chargelog/features/audit';
import { CatalogueModule } from '@chargelog/features/catalogue';
import { DriftApiModule, DriftModule } from '@chargelog/features/drift';
import { EventsModule } from '@chargelog/features/events';
import { FeedModule } from '@chargelog/features/feed';
import { GapsModule } from '@chargelog/features/gaps';
import { HealthModule } from '@chargelog/features/health';
import { countRejections, KafkaIntakeModule, WebhookIntakeModule } from '@chargelog/features/intake';
import { MaintenanceModule } from '@chargelog/features/maintenance';
import { MetricsApiModule, MetricsModule } from '@chargelog/features/metrics';
import { ProcessModule, type ProcessSettings } from '@chargelog/features/process';
import { QuarantineModule } from '@chargelog/features/quarantine';
import { ReferenceModule } from '@chargelog/features/reference';
import { ReindexModule, ReindexWorkerModule } from '@chargelog/features/reindex';
import { RejectionsModule } from '@chargelog/features/rejections';
import { ReplaysModule, ReplayWorkerModule } from '@chargelog/features/replays';
import { KeyringModule, SealingModule } from '@chargelog/features/sealing';
import { SourcesApiModule, SourcesModule } from '@chargelog/features/sources';
import { StorageModule, type Storage } from '@chargelog/features/storage';
import { controllersOf, ProblemFilter, UnknownParametersGuard } from '@chargelog/http';
import { GatewayMetrics, LOGGER, type Log } from '@chargelog/telemetry';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';

/** What every instance has, whatever its roles. Closed in the reverse order. */
const SHARED: readonly Type[] = [
  EventLogModule,
  KeyringModule,
  AccessModule,
  SourcesModule,
  MetricsModule,
  DriftModule,
  HealthModule,
];

/** A role is a list of modules. A new feature is a module in this list; a new call is a method of its controller. */
const ROLE_MODULES: Readonly<Record<Role, readonly (Type | DynamicModule)[]>> = {
  webhook: [WebhookIntakeModule],
  kafka: [KafkaIntakeModule],
  api: [
    ReferenceModule.describing(() =>
      controllersOf(...SHARED, MetricsApiModule, ...Object.values(ROLE_MODULES).flat()),
    ),
    CatalogueModule,
    EventsModule,
    FeedModule,
    DriftApiModule,
    QuarantineModule,
    RejectionsModule,
    AccessApiModule,
    SourcesApiModule,
    SealingModule,
    GapsModule,
    AuditModule,
    ReindexModule,
    ReplaysModule,
  ],
  replay: [ReplayWorkerModule],
  maintenance: [MaintenanceModule, ReindexWorkerModule],
};

@Module({})
export class AppModule {
  static with(settings: ProcessSettings, storage: Storage): DynamicModule {
    const { roles } = settings.config;
    return {
      module: AppModule,
      imports: [
        ProcessModule.of(settings),
        StorageModule.of(storage),
        ...SHARED,
        ...roles.flatMap((role) => ROLE_MODULES[role]),
        // An instance that has nothing but the public door serves nothing else.
        ...(roles.some((role) => role !== 'webhook') ? [MetricsApiModule] : []),
      ],
      providers: [
        // In this order: the key is checked before the parameters, so that a stranger learns nothing about them.
        { provide: APP_GUARD, useExisting: AccessGuard },
        { provide: APP_GUARD, useClass: UnknownParametersGuard },
        {
          provide: APP_FILTER,
          inject: [LOGGER, GatewayMetrics],
          useFactory: (log: Log, metrics: GatewayMetrics) =>
            new ProblemFilter(
              (error, request) => log('error', 'request failed', { err: error, ...request }),
              countRejections(metrics),
            ),
        },
      ],
    };
  }
}
