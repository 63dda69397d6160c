export { ReplaysController, TARGET_GUARD } from './replays.controller.js';
export { DEFAULT_RETRY, runReplay, type RetryPolicy } from './replay-runner.js';
export { ReplayWorker } from './replay-worker.js';
export { TargetGuard } from './target-guard.js';
