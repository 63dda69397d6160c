export { KafkaIntakeModule } from './kafka-intake.module.js';
export { WebhookIntakeModule } from './webhook-intake.module.js';
export { countRejections } from './webhook-measures.js';
