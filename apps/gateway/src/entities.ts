import { ApiKeyEntity } from '@chargelog/features/access';
import { AuditEntryEntity } from '@chargelog/features/audit';
import { DriftEntity, NotificationEntity } from '@chargelog/features/drift';
import { KafkaGapEntity, KafkaPositionEntity, KafkaTopicEntity } from '@chargelog/features/gaps';
import { QuarantineEntity } from '@chargelog/features/quarantine';
import { ReindexEntity } from '@chargelog/features/reindex';
import { RejectionCountEntity, RejectionEntity } from '@chargelog/features/rejections';
import { ReplayEntity } from '@chargelog/features/replays';
import { SourceEntity, SourceSecretEntity, TenantEntity } from '@chargelog/features/sources';

/** What TypeORM keeps. Named one by one, as the migrations are: no globs, so a build or a bundle cannot lose one. */
export const entities = [
  ApiKeyEntity,
  AuditEntryEntity,
  DriftEntity,
  KafkaGapEntity,
  KafkaPositionEntity,
  KafkaTopicEntity,
  NotificationEntity,
  QuarantineEntity,
  ReindexEntity,
  RejectionCountEntity,
  RejectionEntity,
  ReplayEntity,
  SourceEntity,
  SourceSecretEntity,
  TenantEntity,
];
