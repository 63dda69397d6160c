import { parseInstant } from '@chargelog/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  closedBodySchema,
  INSTANT_FORMAT,
  NULLABLE_INSTANT_FORMAT,
} from '../body-schema/body-json-schema.js';
import type { CatalogueEntry } from '../entry.js';

/** Whether nothing of a body is to be reported. Stops at the first thing that is. */
export type Gate = (body: unknown) => boolean;

// Times are judged by the parser of the identity scheme, so that a conforming event is a dated one. The schemas are ours:
// strictness towards them is for the specs.
const ajv = new Ajv2020({
  strict: false,
  strictNumbers: true,
  messages: false,
  validateSchema: false,
  addUsedSchema: false,
  formats: {
    [INSTANT_FORMAT]: (text: string) => parseInstant(text) !== undefined,
    [NULLABLE_INSTANT_FORMAT]: (text: string) => text === '' || parseInstant(text) !== undefined,
  },
});

/** Compiles a notification's closed schema to code, 1 to 60 ms for the largest, so once per name and only when one arrives. */
export function compileGate(entry: CatalogueEntry): Gate {
  return ajv.compile(closedBodySchema(entry));
}
