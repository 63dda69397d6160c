export { RateLimiter } from './rate-limit.js';
export {
  type SignatureEncoding,
  type SignatureRules,
  type SignedForm,
  signingSecret,
  verifySignature,
} from './signature.js';
export {
  kept,
  type RejectedRequest,
  type RequestHeaders,
  single,
  WebhookIntake,
  type WebhookSource,
} from './webhook-intake.js';
export { WebhookController } from './webhook.controller.js';
export { WEBHOOK_SCHEMAS, WEBHOOKS } from './webhook.openapi.js';
