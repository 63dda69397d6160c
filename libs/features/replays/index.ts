export {
  type Replay,
  type ReplayClaim,
  type ReplayFailure,
  type ReplayProgress,
  type ReplayRetry,
  type ReplayState,
} from './replay.js';
export { ReplayWorker } from './replay-worker.js';
export { ReplayStore } from './replay.store.js';
export { ReplaysController } from './replays.controller.js';
export { TargetPolicy } from './target-policy.js';
export { ReplaysModule, ReplayWorkerModule } from './replays.module.js';
