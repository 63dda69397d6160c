export {
  CATALOGUE_VERSION,
  entryOf,
  EVENT_TYPES,
  expandTypePattern,
  subjectKindOf,
  supersededBy,
  typesOf,
} from './catalogue.js';
export type { Field, FieldFacts, Members, StandardTable } from './body-schema/field.js';
export type { CatalogueEntry, Evidence, SubjectCandidate } from './entry.js';
export {
  compileData,
  compileMask,
  compileNormalizer,
  mask,
  normalize,
  renderData,
  type DataForm,
  type DataPlan,
} from './normalize/render-data.js';
export { NOTIFICATIONS } from './notifications/index.js';
export { recognize, type Recognition } from './recognize.js';
export { STANDARD_TABLES, type Equivalents, type EquivalentsTable } from './standards/index.js';
