import { CreateEventLog1795478400000 } from './1795478400000-create-event-log.js';
import { CreateReplay1795478500000 } from './1795478500000-create-replay.js';
import { CreateAccess1795479000000 } from './1795479000000-create-access.js';
import { CreateRejection1795479100000 } from './1795479100000-create-rejection.js';
import { CreateDrift1795479200000 } from './1795479200000-create-drift.js';
import { AdmitUndatedLate1795479350000 } from './1795479350000-admit-undated-late.js';
import { AcknowledgeKafkaGap1795479360000 } from './1795479360000-acknowledge-kafka-gap.js';
import { AddReplayRetry1795479370000 } from './1795479370000-add-replay-retry.js';

/** In the order they run. Named one by one: no globs, so a build or a bundle cannot lose one. */
export const migrations = [
  CreateEventLog1795478400000,
  CreateReplay1795478500000,
  CreateAccess1795479000000,
  CreateRejection1795479100000,
  CreateDrift1795479200000,
  AdmitUndatedLate1795479350000,
  AcknowledgeKafkaGap1795479360000,
  AddReplayRetry1795479370000,
];
