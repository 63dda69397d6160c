export {
  JOB_STORE,
  type JobStore,
  type Replay,
  type ReplayClaim,
  type ReplayFailure,
  type ReplayProgress,
  type ReplayRetry,
  type ReplayState,
} from './job-store.js';
export { PgJobStore } from './pg-job-store.js';
export { ReplayWorker } from './replay-worker.js';
export { ReplayEntity } from './replay.entity.js';
export { ReplaysController } from './replays.controller.js';
export { TargetPolicy } from './target-policy.js';
export { ReplaysModule, ReplayWorkerModule } from './replays.module.js';
