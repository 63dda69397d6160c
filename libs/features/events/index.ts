export { renderCloudEvent } from './cloud-event.js';
export { EventFilterQuery, toEventFilter } from './event-filter.dto.js';
export { EVENT } from './event-schemas.js';
export { EventsController } from './events.controller.js';
export { dataForm, DataForm, type DataParameter, ListEventsQuery } from './events.dto.js';
export { EventsModule } from './events.module.js';
