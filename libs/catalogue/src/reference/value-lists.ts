import type { Field } from '../body-schema/field.js';
import type { DocumentedPlace } from './places.js';

type Enumeration = Extract<Field, { kind: 'enumeration' }>;

/** More values than this make a table's column too wide to read. */
const MAX_IN_TABLE = 9;

/** The values of an enumeration in the cell of its member, or where they are listed. */
export function valuesOf({ path, field }: DocumentedPlace): string[] {
  if (field.kind !== 'enumeration') return [];
  const aliases = Object.entries(field.aliases ?? {});
  return [
    isLong(field)
      ? `One of [${field.values.length} values](#${anchorOf(headingOf(path))}).`
      : `Values: ${listed(field)}.`,
    ...aliases.map(([spelling, value]) => `\`${spelling}\` becomes \`${value}\`.`),
  ];
}

/** A section of its own for each list that is too long for the table. */
export function valueLists(places: readonly DocumentedPlace[]): readonly string[] {
  return places.flatMap(({ path, field }) =>
    field.kind === 'enumeration' && isLong(field) ? [`### ${headingOf(path)}`, `${listed(field)}.`] : [],
  );
}

function isLong(field: Enumeration): boolean {
  return field.values.length > MAX_IN_TABLE;
}

function listed({ values }: Enumeration): string {
  return values.map((value) => `\`${value}\``).join(', ');
}

function headingOf(path: string): string {
  return `Values of \`${path}\``;
}

/** As GitHub and most renderers of Markdown make it of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
