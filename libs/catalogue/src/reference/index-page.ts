import { typesOf } from '../catalogue.js';
import type { CatalogueEntry } from '../entry.js';
import { codes, linkTo, table } from './markdown.js';
import { documentedPlaces } from './sections.js';

/** `docs/notifications/README.md`: every notification, and their sensitive members. */
export function renderIndexPage(entries: readonly CatalogueEntry[]): string {
  return `${[
    '# Notifications',
    INTRODUCTION,
    table(
      ['notification', 'event types', 'about', 'notes'],
      entries.map((entry) => [linkTo(entry.name), codes(typesOf(entry)), entry.title, notes(entry)]),
    ),
    '## Sensitive members',
    SENSITIVE,
    table(
      ['notification', 'members'],
      entries.map((entry) => [linkTo(entry.name), sensitivePaths(entry)]).filter(([, paths]) => paths !== ''),
    ),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `What AMPECO sends, what the gateway makes of it, and how sure we are. This page and those it links to are made from the
catalogue (\`libs/catalogue\`) by \`npm run generate:notifications\`. A new notification begins with
\`npm run new:notification -- NAME\`.

A body **conforms** when it has every required member, and in each documented place the documented type, value or form of
time. Members that no page names are no fault: they pass untouched and are reported as drift.`;

const SENSITIVE = `Access secrets, personal and bank data. Without scope \`events:read-sensitive\` they are left out of events. The address of
a location is public and not among them; free texts that may hold anything are: values of a configuration, vendor data, the
details of security events, jobs and issues.`;

function notes({ supersededBy, evidence, body }: CatalogueEntry): string {
  const isUnpublished = Object.values(body).every((field) => field.evidence === 'inferred');
  return [
    supersededBy === undefined ? '' : `deprecated, use ${linkTo(supersededBy)}`,
    evidence === 'inferred' ? 'name inferred' : '',
    isUnpublished ? 'body inferred' : '',
  ]
    .filter((note) => note !== '')
    .join('; ');
}

/** The members of a sensitive object are not listed beside it. */
function sensitivePaths({ body }: CatalogueEntry): string {
  const paths = documentedPlaces(body)
    .filter(({ field }) => field.sensitive === true)
    .map(({ path }) => path);
  return codes(
    paths.filter(
      (path) => !paths.some((outer) => path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)),
    ),
  );
}
