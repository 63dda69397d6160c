export * from './signature.js';
export { WebhookController } from './webhook.controller.js';
export { WebhookIntake, type IntakeObserver, type WebhookSource } from './webhook-intake.js';
export { RateLimiter, type RateLimit } from './rate-limit.js';
