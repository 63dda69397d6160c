export { authenticate } from './authenticate.js';
export { answerLookers } from './callback-lookers.js';
export { MisdirectedDeliveries, type MisdirectedObserver } from './misdirected-deliveries.js';
export { RateLimiter } from './rate-limit.js';
export {
  type SignatureEncoding,
  type SignatureRules,
  type SignedForm,
  signingSecret,
  verifySignature,
} from './signature.js';
export { stampFault } from './stamp-age.js';
export {
  formatsOf,
  type IntakeObserver,
  kept,
  type RejectedRequest,
  type RequestHeaders,
  single,
  WebhookIntake,
} from './webhook-intake.js';
export { type WebhookSource, WebhookSources } from './webhook-sources.js';
export { WebhookController } from './webhook.controller.js';
