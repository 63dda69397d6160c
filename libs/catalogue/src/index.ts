export {
  CATALOGUE_VERSION,
  entryOf,
  EVENT_TYPES,
  expandTypePattern,
  subjectKindOf,
  supersededBy,
  typesOf,
} from './catalogue.js';
export { bodyJsonSchema } from './body-schema/body-json-schema.js';
export { dataJsonSchema, dataSchemaId } from './body-schema/data-json-schema.js';
export type { Evidence, Field, FieldFacts, Members } from './body-schema/field.js';
export type { JsonSchema } from './body-schema/json-schema.js';
export { departuresOf } from './conformance/conformance.js';
export { DEPARTURE_KINDS, isViolation, type Departure, type DepartureKind } from './conformance/departure.js';
export type { CatalogueEntry, SubjectCandidate } from './entry.js';
export {
  compileData,
  compileMask,
  compileNormalizer,
  dataPlanOf,
  mask,
  normalize,
  renderData,
  type DataForm,
  type DataPlan,
} from './normalize/render-data.js';
export { isSensitiveName } from './normalize/sensitive-names.js';
export { NOTIFICATIONS } from './notifications/index.js';
export { recognize, recognizeBody, type Recognition } from './recognize.js';
export { standardsJsonSchema } from './standards/standards-member.js';
export {
  STANDARD_TABLES,
  type Equivalents,
  type EquivalentsTable,
  type StandardTable,
} from './standards/tables.js';
