import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/;
const NOTIFICATIONS = 'libs/catalogue/src/notifications';
const FIXTURES = 'test/fixtures/ampeco';

/**
 * Makes the skeleton of a notification: its file, its line in the index, a sample and the row of what is expected of it.
 * All of it is a guess that compiles and has to be replaced by what is known.
 *
 * @param root folder of the repository
 * @returns what is left to do, in order
 * @throws when the name is not valid or is in the catalogue already; nothing is written then
 */
export function scaffoldNotification(root: string, name: string): readonly string[] {
  if (!NAME.test(name))
    throw new Error(`"${name}" is no notification name: letters and digits, joined by dots`);
  const file = join(root, NOTIFICATIONS, `${name}.ts`);
  const sample = join(root, FIXTURES, `${name}.json`);
  if (existsSync(file) || existsSync(sample)) throw new Error(`${name} is in the catalogue already`);

  const guess = guessFrom(name);
  writeFileSync(file, sourceOf(guess));
  writeFileSync(sample, `${JSON.stringify(sampleOf(guess), undefined, 2)}\n`);
  edit(join(root, NOTIFICATIONS, 'index.ts'), (source) => withIndexLine(source, guess));
  edit(join(root, FIXTURES, 'expected.json'), (source) => withExpectation(source, guess));

  return [
    `${NOTIFICATIONS}/${name}.ts: title, evidence, type rule, where the subject's id stands, and in its body every member that is documented, no other`,
    `${FIXTURES}/${name}.json: a body with invented values; its origin goes into the README there`,
    `${FIXTURES}/expected.json: type, subject and related ids, by hand`,
    'libs/catalogue/src/catalogue.spec.ts: the name with its types, the count of names, and whether it is only inferred',
    'libs/catalogue/src/catalogue.ts: raise CATALOGUE_VERSION, stored events of this name change their type',
    'npm run generate:notifications: its page and the schema of its data',
    'npx vitest run --config test/vitest.config.ts --project unit test/unit -u: docs/openapi.json and its normalized sample, to be read',
    'npm run check',
  ];
}

/** What a name usually means. */
interface Guess {
  readonly name: string;
  readonly resource: string;
  readonly constant: string;
  /** The name says that something changed: then there is an action. */
  readonly isChange: boolean;
  readonly type: string;
}

function guessFrom(name: string): Guess {
  const words = name.replace(/Notification$/, '').split('.');
  const isChange = /changed$/i.test(words.at(-1) ?? '');
  const first = (words[0] ?? '').replace(/Changed$/, '');
  const resource = first === '' ? 'resource' : lowerFirst(first);
  const happened = words.length > 1 ? lowerFirst(words.at(-1) ?? '') : 'reported';
  return {
    name,
    resource,
    constant: lowerFirst(name.split('.').map(upperFirst).join('')),
    isChange,
    type: isChange ? `${resource}.updated` : `${resource}.${happened}`,
  };
}

function sourceOf({ name, resource, constant, isChange, type }: Guess): string {
  const idMember = `${resource}Id`;
  const imports = isChange
    ? `import { pointer } from '../blocks/members.js';
import { id } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';`
    : `import { lastUpdatedAt } from '../blocks/members.js';
import { id, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';`;
  const rule = isChange ? `byAction('${resource}', ['created', 'updated', 'deleted'])` : `fixed('${type}')`;
  const body = isChange
    ? `pointer('${idMember}', id(), 'created', 'updated', 'deleted')`
    : `{
    ${idMember}: required(id()),
    lastUpdatedAt: required(lastUpdatedAt),
  }`;
  return `${imports}

export const ${constant} = defineNotification({
  name: '${name}',
  title: 'Something happened to a ${resource}',
  evidence: 'inferred',
  resource: '${resource}',
  type: ${rule},
  subject: subjectAt('${resource}', ['${idMember}']),
  body: ${body},
});
`;
}

function sampleOf({ name, resource, isChange }: Guess): Record<string, unknown> {
  return {
    notification: name,
    [`${resource}Id`]: 1,
    ...(isChange && { action: 'updated' }),
    lastUpdatedAt: '2026-03-14T09:26:53+00:00',
  };
}

function withIndexLine(source: string, { name, constant }: Guess): string {
  const importsEnd = source.indexOf('\n', source.lastIndexOf('\nimport ') + 1) + 1;
  const listEnd = source.lastIndexOf('];');
  return `${source.slice(0, importsEnd)}import { ${constant} } from './${name}.js';\n${source.slice(importsEnd, listEnd)}  ${constant},\n${source.slice(listEnd)}`;
}

function withExpectation(source: string, { name, resource, type }: Guess): string {
  const row = JSON.stringify({ type, subject: `${resource}/1`, related: {}, flags: [] });
  return source.replace(/\n\}\s*$/, `,\n  "${name}.json": ${row}\n}\n`);
}

function edit(file: string, change: (source: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

function lowerFirst(word: string): string {
  return word.slice(0, 1).toLowerCase() + word.slice(1);
}

function upperFirst(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
