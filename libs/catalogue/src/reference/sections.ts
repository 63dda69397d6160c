import type { Field, Members } from '../body-schema/field.js';
import type { CatalogueEntry } from '../entry.js';
import { compileData, renderData } from '../normalize/render-data.js';
import { STANDARD_TABLES, type Equivalents, type StandardTable } from '../standards/tables.js';
import { anchorOf, codes, table } from './markdown.js';

/** A place of a body with its path in normalized data: `session.chargingPeriods[].energy`, `location.name.*`. */
export interface DocumentedPlace {
  readonly path: string;
  readonly field: Field;
}

/** Every documented place, an object before its members. Of scalar elements, only enumerations and sensitive ones are listed. */
export function documentedPlaces(members: Members, at = ''): readonly DocumentedPlace[] {
  return Object.entries(members).flatMap(([name, field]) => [
    { path: `${at}${name}`, field },
    ...innerPlaces(field, `${at}${name}`),
  ]);
}

function innerPlaces(field: Field, path: string): readonly DocumentedPlace[] {
  switch (field.kind) {
    case 'object':
      return documentedPlaces(field.members, `${path}.`);
    case 'list':
      return [...elementOf(field.items, `${path}[]`), ...innerPlaces(field.items, `${path}[]`)];
    case 'map':
      return [...elementOf(field.values, `${path}.*`), ...innerPlaces(field.values, `${path}.*`)];
    default:
      return [];
  }
}

function elementOf(field: Field, path: string): readonly DocumentedPlace[] {
  return field.kind === 'enumeration' || field.sensitive === true ? [{ path, field }] : [];
}

type Enumeration = Extract<Field, { kind: 'enumeration' }>;

/** More values than this make a table's column too wide to read. */
const MAX_IN_TABLE = 9;

/** For the cell of a member: the values of its enumeration, or a link to the section that lists them. */
export function valuesOf({ path, field }: DocumentedPlace): string[] {
  if (field.kind !== 'enumeration') return [];
  const aliases = Object.entries(field.aliases ?? {});
  return [
    isLong(field)
      ? `One of [${field.values.length} values](#${anchorOf(headingOf(path))}).`
      : `Values: ${codes(field.values)}.`,
    ...aliases.map(([spelling, value]) => `\`${spelling}\` becomes \`${value}\`.`),
  ];
}

/** A section for each list of values that is too long for the table. */
export function valueLists(places: readonly DocumentedPlace[]): readonly string[] {
  return places.flatMap(({ path, field }) =>
    field.kind === 'enumeration' && isLong(field)
      ? [`### ${headingOf(path)}`, `${codes(field.values)}.`]
      : [],
  );
}

function isLong(field: Enumeration): boolean {
  return field.values.length > MAX_IN_TABLE;
}

function headingOf(path: string): string {
  return `Values of \`${path}\``;
}

/** The tables of the standards that the places name, in full. */
export function standardsSection(places: readonly DocumentedPlace[]): readonly string[] {
  const named = new Set(places.flatMap(({ field }) => standardOf(field)));
  const tables = (Object.keys(STANDARD_TABLES) as StandardTable[]).filter((name) => named.has(name));
  if (tables.length === 0) return [];
  return [
    '## Equivalents in the standards',
    'In `data.standards`, by table and value, for the values that a body holds; see [normalized data](../normalized-data.md#equivalents-in-the-standards). A value that is not listed has none.',
    ...tables.map((name) =>
      table(
        [`\`${name}\``, 'OCPP 1.6', 'OCPP 2.0.1', 'OCPI 2.2.1'],
        Object.entries(STANDARD_TABLES[name]).map(([value, { ocpp16, ocpp201, ocpi221 }]) => [
          `\`${value}\``,
          ...[ocpp16, ocpp201, ocpi221].map(shown),
        ]),
      ),
    ),
  ];
}

/** The table of the standards that a field names, if any. */
export function standardOf(field: Field): readonly StandardTable[] {
  return field.kind === 'enumeration' && field.standard !== undefined ? [field.standard] : [];
}

function shown(word: Equivalents['ocpp201']): string {
  if (word === undefined) return '';
  if (typeof word === 'string') return `\`${word}\``;
  return Object.entries(word)
    .map(([member, value]) => `${member} \`${value}\``)
    .join(', ');
}

/** A body as AMPECO sends it, the `data` made of it, and what readers without `events:read-sensitive` do not get. */
export function exampleSection({ body }: CatalogueEntry, sample: string): readonly string[] {
  const plan = compileData(body);
  const { text } = renderData(sample, plan, { normalized: true, masked: false });
  const { maskedPaths } = renderData(sample, plan, { normalized: true, masked: true });
  return [
    '## Example',
    'As AMPECO sends it, indented; all values are invented.',
    json(sample),
    'What `data` of its event holds:',
    // Prettier breaks an object over several lines only when a line break follows its first brace.
    json(text.replace('{', '{\n')),
    ...(maskedPaths.length === 0 ? [] : [withoutScope(maskedPaths)]),
  ];
}

function withoutScope(maskedPaths: readonly string[]): string {
  return `Without the scope \`events:read-sensitive\` it lacks ${codes(maskedPaths)}, as \`maskedpaths\` then says.`;
}

function json(text: string): string {
  return `\`\`\`json\n${text}\n\`\`\``;
}
