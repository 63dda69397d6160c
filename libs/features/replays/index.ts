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
export { ReplaysController, TARGET_GUARD } from './replays.controller.js';
export { TargetGuard } from './target-guard.js';
