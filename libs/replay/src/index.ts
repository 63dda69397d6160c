export { ReplaysController, TARGET_GUARD } from './replays.controller.js';
export { ReplayWorker } from './replay-worker.js';
export { TargetGuard } from './target-guard.js';
