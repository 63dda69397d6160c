export * from './signature.js';
export { WebhookController } from './webhook.controller.js';
export { WebhookIntake, type IntakeObserver, type WebhookSource } from './webhook-intake.js';
export { DoctorController } from './doctor/doctor.controller.js';
export { RejectionDesk } from './rejections/rejection-desk.js';
export {
  REJECTION_BYTES_PER_SOURCE,
  REJECTIONS_KEPT_MS,
  RejectionKeeper,
} from './rejections/rejection-keeper.js';
export { RejectionsController } from './rejections/rejections.controller.js';
export { SignatureBook } from './rejections/signature-book.js';
export { RateLimiter, type RateLimit } from './rate-limit.js';
