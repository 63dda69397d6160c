export { HealthController, READINESS, type Readiness } from './health.controller.js';
