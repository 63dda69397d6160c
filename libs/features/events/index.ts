export { renderCloudEvent } from './cloud-event.js';
export { DATA_FORMS, dataForm, type DataParameter, DataQuery } from './data-form.js';
export { DATA_PARAMETER, EVENT_FILTER, EVENT_FILTER_PARAMETERS } from './event-filter.openapi.js';
export { EventFilterQuery, toEventFilter } from './event-filter.query.js';
export { EventsController } from './events.controller.js';
export { EVENT_SCHEMAS, EVENTS } from './events.openapi.js';
export { ListEventsQuery } from './list-events.query.js';
export { EventsModule } from './events.module.js';
