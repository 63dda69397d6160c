import type { StandardTable } from '../body-schema/field.js';
import type { JsonSchema } from '../body-schema/json-schema.js';
import type { Equivalents } from './equivalents.js';
import { STANDARD_TABLES } from './index.js';

const STANDARD_NAMES = { ocpp16: 'OCPP 1.6', ocpp201: 'OCPP 2.0.1', ocpi221: 'OCPI 2.2.1' } as const;

/**
 * JSON Schema of the member `standards` for a notification whose fields name these tables: an object per table, whose
 * keys are AMPECO's values in the body. A table tells which of the standards have words for its values.
 */
export function standardsJsonSchema(tables: readonly StandardTable[]): JsonSchema {
  return {
    description:
      'Equivalents in OCPP 1.6, OCPP 2.0.1 and OCPI 2.2.1 of the values in this body: by table, then by value; absent when there are none',
    type: 'object',
    properties: Object.fromEntries(tables.map((table) => [table, tableSchema(table)])),
  };
}

function tableSchema(table: StandardTable): JsonSchema {
  const rows = Object.values(STANDARD_TABLES[table]);
  const words = Object.entries(STANDARD_NAMES).flatMap(([member, description]) => {
    const values = rows
      .map((row) => row[member as keyof typeof STANDARD_NAMES])
      .filter((value) => value !== undefined);
    return values.length === 0 ? [] : [[member, { description, ...wordSchema(values) }] as const];
  });
  const unit = rows.some((row) => row.unit !== undefined) ? [['unit', { type: 'string' }] as const] : [];
  return {
    type: 'object',
    additionalProperties: { type: 'object', properties: Object.fromEntries([...words, ...unit]) },
  };
}

/** Within one table a standard's words are all plain, or all objects with the same few members. */
function wordSchema(values: readonly NonNullable<Equivalents['ocpp201']>[]): JsonSchema {
  if (values.every((value) => typeof value === 'string')) return { type: 'string' };
  const members = [...new Set(values.flatMap((value) => Object.keys(value)))];
  return {
    type: 'object',
    properties: Object.fromEntries(members.map((member) => [member, { type: 'string' }])),
  };
}
