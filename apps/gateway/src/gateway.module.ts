import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { KeyDesk, type AccessGuard, KeysController } from '@chargelog/features/access';
import { AuditController, AuditLog } from '@chargelog/features/audit';
import { CatalogueController, SchemasController } from '@chargelog/features/catalogue';
import { DriftController, DriftStore } from '@chargelog/features/drift';
import { EventsController } from '@chargelog/features/events';
import { FeedController } from '@chargelog/features/feed';
import { GapsController, KafkaGapStore } from '@chargelog/features/gaps';
import { HealthController, READINESS, type Readiness } from '@chargelog/features/health';
import { MetricsController } from '@chargelog/features/metrics';
import { QuarantineController, QuarantineDesk } from '@chargelog/features/quarantine';
import {
  DocsController,
  OpenApiController,
  ProblemsController,
  HomeController,
} from '@chargelog/features/reference';
import { ReindexController, ReindexStore } from '@chargelog/features/reindex';
import { DoctorController, RejectionDesk, RejectionsController } from '@chargelog/features/rejections';
import { ReplayStore, ReplaysController, TARGET_GUARD, type TargetGuard } from '@chargelog/features/replays';
import { KeyRotation, SealingController } from '@chargelog/features/sealing';
import { SourceSecrets, SourcesController } from '@chargelog/features/sources';
import { ProblemFilter, UnknownParametersGuard } from '@chargelog/http';
import { EVENT_READER, type EventReader } from '@chargelog/pipeline';
import { GatewayMetrics, type Log } from '@chargelog/telemetry';
import { WebhookController, WebhookIntake } from '@chargelog/webhook';
import { countRejections } from './webhook-measures.js';

/** The parts of this instance, made beforehand; Nest only puts doors in front of them. */
export interface GatewayParts {
  readonly log: Log;
  readonly guard: AccessGuard;
  readonly readiness: Readiness;
  /** Undefined where nothing is measured. */
  readonly metrics?: GatewayMetrics | undefined;
  /** False on an instance that has nothing but the public door. */
  readonly servesMetrics?: boolean;
  /** Undefined without the webhook role. */
  readonly intake: WebhookIntake | undefined;
  /** Undefined without the api role. */
  readonly api:
    | {
        readonly reader: EventReader;
        readonly quarantine: QuarantineDesk;
        readonly rejections: RejectionDesk;
        readonly keys: KeyDesk;
        readonly secrets: SourceSecrets;
        readonly rotation: KeyRotation;
        readonly audit: AuditLog;
        readonly gaps: KafkaGapStore;
        readonly jobs: ReplayStore;
        readonly targets: TargetGuard;
        readonly drift: DriftStore;
        readonly reindex: ReindexStore;
      }
    | undefined;
}

@Module({})
export class GatewayModule {
  static with(parts: GatewayParts): DynamicModule {
    const controllers: Type[] = [HealthController];
    const providers: DynamicModule['providers'] = [
      // In this order: who asks, then what.
      { provide: APP_GUARD, useValue: parts.guard },
      { provide: APP_GUARD, useValue: new UnknownParametersGuard() },
      {
        provide: APP_FILTER,
        useValue: new ProblemFilter(
          (error, request) => parts.log('error', 'request failed', { err: error, ...request }),
          parts.metrics && countRejections(parts.metrics),
        ),
      },
      { provide: READINESS, useValue: parts.readiness },
    ];
    if (parts.metrics !== undefined && parts.servesMetrics === true) {
      controllers.push(MetricsController);
      providers.push({ provide: GatewayMetrics, useValue: parts.metrics });
    }
    if (parts.intake !== undefined) {
      controllers.push(WebhookController);
      providers.push({ provide: WebhookIntake, useValue: parts.intake });
    }
    if (parts.api !== undefined) {
      controllers.push(
        HomeController,
        DocsController,
        OpenApiController,
        ProblemsController,
        CatalogueController,
        SchemasController,
        DriftController,
        EventsController,
        FeedController,
        QuarantineController,
        RejectionsController,
        DoctorController,
        KeysController,
        SourcesController,
        SealingController,
        GapsController,
        AuditController,
        ReindexController,
        ReplaysController,
      );
      providers.push(
        { provide: EVENT_READER, useValue: parts.api.reader },
        { provide: QuarantineDesk, useValue: parts.api.quarantine },
        { provide: RejectionDesk, useValue: parts.api.rejections },
        { provide: KeyDesk, useValue: parts.api.keys },
        { provide: SourceSecrets, useValue: parts.api.secrets },
        { provide: KeyRotation, useValue: parts.api.rotation },
        { provide: AuditLog, useValue: parts.api.audit },
        { provide: KafkaGapStore, useValue: parts.api.gaps },
        { provide: ReindexStore, useValue: parts.api.reindex },
        { provide: DriftStore, useValue: parts.api.drift },
        { provide: ReplayStore, useValue: parts.api.jobs },
        { provide: TARGET_GUARD, useValue: parts.api.targets },
      );
    }
    return { module: GatewayModule, controllers, providers };
  }
}
