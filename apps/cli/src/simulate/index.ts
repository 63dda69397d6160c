/** Charging life for tests and benchmarks, and the parts that send and compare it. */
export { Account, acknowledgedCount, type TrackedNotification, type TransportCounts } from './account.js';
export { compareWithFeed, type Comparison } from './comparison.js';
export { contentKey } from './content-key.js';
export {
  kafkaValue,
  planDelivery,
  webhookBody,
  type Copy,
  type DeliveryPlanOptions,
  type PlannedCopy,
} from './delivery-plan.js';
export { GatewayFeed, GatewayFeedError } from './gateway-feed.js';
export { shuffleKeys } from './key-order.js';
export { Life, type LifeOptions } from './life.js';
export type { NotificationBody, SimulatedNotification } from './notification.js';
export { phpJson } from './php-json.js';
export { Random } from './random.js';
export { isClean, renderReport, toJsonReport, type SimulationResult } from './report.js';
export type { Answer, Sender, TransportName } from './sender.js';
export { KafkaSender, type KafkaSenderOptions } from './sender-kafka.js';
export { WebhookSender, type WebhookSenderOptions } from './sender-webhook.js';
export { simulate, type SimulationOptions, type SimulationParts } from './simulation.js';
export { findTarget, type Target, type TargetOptions } from './target.js';
