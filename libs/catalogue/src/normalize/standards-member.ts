import type { StandardTable } from '../body-schema/field.js';
import { STANDARD_TABLES } from '../standards/index.js';

/** Name of the member that the normalized data carries on top of AMPECO's. */
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
 * The member `standards`: of every table that applies, the rows of the values that stand in the body, in the order of
 * their first appearance.
 *
 *     "standards":{"hardwareStatus":{"charging":{"ocpp16":"Charging","ocpp201":{…},"ocpi221":"CHARGING"}}}
 *
 * So `standards[table][value]` answers for every place that holds the value, and a body of a thousand meter values
 * carries each of its measurands once. A null is looked up as `null`, which is what JavaScript makes of it by itself.
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
