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
export { ReplaysController, TARGET_GUARD } from './replays.controller.js';
export { REPLAY_SCHEMAS, REPLAYS } from './replays.openapi.js';
export { TargetGuard } from './target-guard.js';
