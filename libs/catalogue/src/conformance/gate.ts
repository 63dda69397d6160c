import { Ajv2020 } from 'ajv/dist/2020.js';
import { closedBodySchema } from '../body-schema/body-json-schema.js';
import type { CatalogueEntry } from '../entry.js';
import { FORMATS } from './formats.js';

/** Whether nothing of a body is to be reported. Stops at the first thing that is. */
export type Gate = (body: unknown) => boolean;

// The schemas are ours: strictness towards them is for the specs.
const ajv = new Ajv2020({
  strict: false,
  strictNumbers: true,
  messages: false,
  validateSchema: false,
  addUsedSchema: false,
  formats: FORMATS,
});

/** Compiles a notification's closed schema to code, 1 to 60 ms for the largest, so once per name and only when one arrives. */
export function compileGate(entry: CatalogueEntry): Gate {
  return ajv.compile(closedBodySchema(entry));
}
