import type { JsonSchema } from '../body-schema/json-schema.js';
import { STANDARD_TABLES, type Equivalents, type StandardTable } from './tables.js';

/** The member that normalized data has in addition to AMPECO's. */
export const STANDARDS = 'standards';

const NULL_KEY = 'null';

/** One row of a table as JSON text: `"charging":{"ocpp16":"Charging",…}`. */
export interface Row {
  readonly table: StandardTable;
  readonly json: string;
}

interface Rows {
  readonly byValue: ReadonlyMap<string, Row>;
  readonly ofNull: Row | undefined;
}

const TABLE_NAMES = Object.keys(STANDARD_TABLES) as StandardTable[];
const ROWS: ReadonlyMap<StandardTable, Rows> = new Map(TABLE_NAMES.map((name) => [name, rowsOfTable(name)]));

export function rowsOf(table: StandardTable): Rows | undefined {
  return ROWS.get(table);
}

/**
 * The member `standards` as JSON text: of every table that applies, the rows of the values in the body, in the order of
 * their first appearance.
 *
 *     "standards":{"hardwareStatus":{"charging":{"ocpp16":"Charging","ocpp201":{…},"ocpi221":"CHARGING"}}}
 *
 * So `standards[table][value]` is the answer for every place that holds the value, and a body of a thousand meter values
 * lists each measurand once. The row of null has the key `null`, which is what JavaScript converts a null key to.
 */
export function renderStandards(rows: readonly Row[]): string {
  if (rows.length === 1) return `"${STANDARDS}":{${alone(rows[0]!)}}`;
  const tables: string[] = [];
  for (const table of TABLE_NAMES) {
    const own = rows.filter((row) => row.table === table);
    if (own.length > 0) tables.push(`"${table}":{${own.map(({ json }) => json).join(',')}}`);
  }
  return `"${STANDARDS}":{${tables.join(',')}}`;
}

function alone({ table, json }: Row): string {
  return `"${table}":{${json}}`;
}

function rowsOfTable(table: StandardTable): Rows {
  const rows = new Map<string, Row>();
  for (const [value, equivalents] of Object.entries(STANDARD_TABLES[table])) {
    rows.set(value, { table, json: `${JSON.stringify(value)}:${JSON.stringify(equivalents)}` });
  }
  const ofNull = rows.get(NULL_KEY);
  rows.delete(NULL_KEY);
  return { byValue: rows, ofNull };
}

const STANDARD_NAMES = { ocpp16: 'OCPP 1.6', ocpp201: 'OCPP 2.0.1', ocpi221: 'OCPI 2.2.1' } as const;

/**
 * JSON Schema of the member `standards` for a notification whose fields name these tables: an object per table, with
 * AMPECO's values as keys. Each lists only the standards that have words for the table's values.
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

/** Within one table the words of a standard are all strings, or all objects with the same few members. */
function wordSchema(values: readonly NonNullable<Equivalents['ocpp201']>[]): JsonSchema {
  if (values.every((value) => typeof value === 'string')) return { type: 'string' };
  const members = [...new Set(values.flatMap((value) => Object.keys(value)))];
  return {
    type: 'object',
    properties: Object.fromEntries(members.map((member) => [member, { type: 'string' }])),
  };
}
