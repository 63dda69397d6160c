export { CATALOGUE_VERSION, entryOf, EVENT_TYPES, expandTypePattern, supersededBy } from './catalogue.js';
export type { CatalogueEntry, Evidence } from './entry.js';
export { NOTIFICATIONS } from './notifications/index.js';
export { recognize, type Recognition } from './recognize.js';
