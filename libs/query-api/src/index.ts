export { renderCloudEvent } from './cloud-event.js';
export { EventFilterQuery, toEventFilter } from './events/event-filter.query.js';
export { EventsController } from './events/events.controller.js';
export { FeedController } from './feed/feed.controller.js';
export { JsonBodyPipe } from './json-body.pipe.js';
export { ProblemFilter } from './problem.filter.js';
export { QuarantineController } from './quarantine/quarantine.controller.js';
export { validationPipe } from './validation.js';
