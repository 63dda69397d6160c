import type { Field, StandardTable } from '../body-schema/field.js';
import type { Equivalents } from '../standards/equivalents.js';
import { STANDARD_TABLES } from '../standards/index.js';
import { table } from './markdown.js';
import type { DocumentedPlace } from './places.js';

/** The tables of the standards that some place names, as `data` of a body with all their values would hold them. */
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

/** What a member's cell says of its table. */
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
