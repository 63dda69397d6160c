import { parseInstant } from '@chargelog/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  closedBodySchema,
  INSTANT_FORMAT,
  LOCAL_INSTANT_FORMAT,
  OR_EMPTY,
} from '../body-schema/body-json-schema.js';
import type { CatalogueEntry } from '../entry.js';
import { toLocalText } from '../normalize/instant-text.js';

/** Uses the parser of the identity scheme, so that a conforming event has an occurrence time. */
export function isInstant(text: string): boolean {
  return parseInstant(text) !== undefined;
}

/** Uses the conversion of normalized data, so that the time of a conforming event is a time there too. */
export function isLocalInstant(text: string): boolean {
  return toLocalText(text) !== undefined;
}

/** The formats that body schemas name. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  [INSTANT_FORMAT]: isInstant,
  [INSTANT_FORMAT + OR_EMPTY]: (text) => text === '' || isInstant(text),
  [LOCAL_INSTANT_FORMAT]: isLocalInstant,
  [LOCAL_INSTANT_FORMAT + OR_EMPTY]: (text) => text === '' || isLocalInstant(text),
};

/** Whether a body has nothing to report. Stops at the first departure. */
export type Gate = (body: unknown) => boolean;

// The schemas are our own: the specs check them strictly, so that nothing is checked here at run time.
const ajv = new Ajv2020({
  strict: false,
  strictNumbers: true,
  messages: false,
  validateSchema: false,
  addUsedSchema: false,
  formats: FORMATS,
});

/** Compiles a notification's closed schema to code. As that takes 1 to 60 ms, it is done once and only for names that arrive. */
export function compileGate(entry: CatalogueEntry): Gate {
  return ajv.compile(closedBodySchema(entry));
}
