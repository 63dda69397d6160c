import { bodyJsonSchema } from '../body-schema/body-json-schema.js';
import { dataSchemaId } from '../body-schema/data-json-schema.js';
import type { Field } from '../body-schema/field.js';
import { typesOf } from '../catalogue.js';
import type { CatalogueEntry } from '../entry.js';
import { codes, linkTo, table } from './markdown.js';
import {
  documentedPlaces,
  exampleSection,
  standardOf,
  standardsSection,
  valueLists,
  valuesOf,
  type DocumentedPlace,
} from './sections.js';

/**
 * The reference page of one notification, Markdown.
 *
 * @param sample a body as AMPECO sends it, JSON
 */
export function renderNotificationPage(entry: CatalogueEntry, sample: string): string {
  const places = documentedPlaces(entry.body);
  return `${[
    `# ${entry.name}`,
    `${entry.title}.`,
    ...notices(entry),
    ...(entry.remark === undefined ? [] : [entry.remark]),
    facts(entry),
    '## Members',
    MEMBERS,
    table(
      ['member of `data`', 'AMPECO sends', 'in `data`', 'meaning'],
      places.map((place) => [
        `\`${place.path}\`${place.field.required === true ? ' (required)' : ''}`,
        withNull(place.field, sentAs(place.field)),
        withNull(place.field, servedAs(place.field)),
        meaning(place),
      ]),
    ),
    ...valueLists(places),
    ...standardsSection(places),
    ...exampleSection(entry, sample),
    'This page is made from the catalogue: `npm run generate:notifications`.',
  ].join('\n\n')}\n`;
}

const MEMBERS =
  'Names are those of normalized `data`; `[]` is an element of a list, `*` a member of a map. Further members are allowed everywhere, pass untouched and are reported as drift.';

const UNPUBLISHED =
  'AMPECO publishes no body of this name; what stands here is inferred from its siblings. A test may use it, a promise must not rest on it.';

const EVIDENCE: Readonly<Record<CatalogueEntry['evidence'], string>> = {
  documented: "documented in AMPECO's specification",
  seen: 'seen in captured traffic',
  inferred:
    'inferred: the names of the members are documented, that of the notification and the types are not',
};

function notices({ body, supersededBy }: CatalogueEntry): string[] {
  const isUnpublished = Object.values(body).every(({ evidence }) => evidence === 'inferred');
  return [
    ...(supersededBy === undefined ? [] : [`**Deprecated**, superseded by ${linkTo(supersededBy)}.`]),
    ...(isUnpublished ? [UNPUBLISHED] : []),
  ];
}

function facts(entry: CatalogueEntry): string {
  const { name, major, subject, subjectRequired, evidence } = entry;
  const subjects = subject.map(({ kind, path }) => `\`${kind}\` at \`${path.join('.')}\``).join(', else ');
  return table(
    ['', ''],
    [
      ['event type', codes(typesOf(entry))],
      ['subject', subjectRequired ? subjects : `${subjects}; may be missing`],
      ['evidence', EVIDENCE[evidence]],
      ['schema of `data`', `\`${dataSchemaId(name, major)}\``],
      ['schema of the body', `\`${bodyJsonSchema(entry).$id}\``],
    ],
  );
}

function withNull({ nullable, kind }: Field, type: string): string {
  return nullable === true && kind !== 'anything' ? `${type} or null` : type;
}

function sentAs(field: Field): string {
  switch (field.kind) {
    case 'text':
      return 'string';
    case 'id':
      return field.as === 'text' ? 'string' : 'integer';
    case 'enumeration':
      return typeof field.values[0] === 'number' ? 'number' : 'string';
    case 'instant':
      return 'time';
    case 'localInstant':
      return 'time with offset';
    case 'map':
      return 'object (`[]` when empty)';
    case 'list':
      return 'array';
    case 'anything':
      return 'anything';
    default:
      return field.kind;
  }
}

function servedAs(field: Field): string {
  switch (field.kind) {
    case 'id':
      return 'string';
    case 'instant':
      return 'RFC 3339, UTC';
    case 'localInstant':
      return 'RFC 3339 with its offset';
    case 'map':
      return 'object';
    default:
      return sentAs(field);
  }
}

function meaning(place: DocumentedPlace): string {
  const { field } = place;
  const { description, unit, wire, deprecated, sensitive, evidence } = field;
  const successor = deprecated?.supersededBy;
  return [
    description === undefined ? '' : `${description}.`,
    unit === undefined ? '' : `In ${unit}.`,
    ...valuesOf(place),
    ...standardOf(field).map((name) => `Equivalents in \`standards.${name}\`.`),
    wire === undefined ? '' : `Arrives as ${codes(wire, ' or ')}.`,
    deprecated === undefined
      ? ''
      : `Deprecated${successor === undefined ? '' : `, superseded by \`${successor}\``}.`,
    sensitive === true ? '**Sensitive.**' : '',
    evidence === 'inferred' ? 'Inferred.' : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
