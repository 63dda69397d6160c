export {
  CATALOGUE_VERSION,
  entryOf,
  EVENT_TYPES,
  expandTypePattern,
  subjectKindOf,
  supersededBy,
  typesOf,
} from './catalogue.js';
export type { CatalogueEntry, Evidence, SubjectCandidate } from './entry.js';
export { NOTIFICATIONS } from './notifications/index.js';
export { recognize, type Recognition } from './recognize.js';
