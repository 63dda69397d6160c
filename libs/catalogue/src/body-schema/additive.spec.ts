import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { releasedSchemas } from '../../../../test/tools/released-schemas.js';
import { entryOf, NOTIFICATIONS } from '../index.js';
import { breakingChanges } from './additive.js';
import { dataJsonSchema } from './data-json-schema.js';
import type { JsonSchema } from './json-schema.js';

const SCHEMAS = new URL('../../schemas/', import.meta.url);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

describe('breakingChanges', () => {
  const before: JsonSchema = {
    type: 'object',
    properties: {
      status: { type: 'string', enum: ['active', 'done'] },
      at: { type: 'string', format: 'date-time', 'x-wire': ['at_time', 'time'] },
      names: { type: 'object', additionalProperties: { type: 'string' } },
      periods: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } },
    },
    required: ['status', 'at'],
  };
  const changed = (
    change: (schema: { properties: Record<string, JsonSchema>; required: string[] }) => void,
  ) => {
    const after = structuredClone(before) as JsonSchema & {
      properties: Record<string, JsonSchema>;
      required: string[];
    };
    change(after);
    return breakingChanges(before, after);
  };

  it('has nothing against members, values and words that are added', () => {
    const additions = changed(({ properties }) => {
      properties['addedLater'] = { type: 'string' };
      properties['status'] = {
        type: 'string',
        enum: ['active', 'done', 'paused'],
        description: 'How it stands',
      };
      properties['periods'] = {
        type: 'array',
        items: { type: 'object', properties: { id: { type: 'string' }, state: { type: 'string' } } },
      };
    });
    expect(additions).toEqual([]);
    expect(changed(({ properties }) => void (properties['status'] = { type: 'string' }))).toEqual([]);
  });

  it.each<[string, string, Parameters<typeof changed>[0]]>([
    [
      'a member that is gone',
      'data.at: is gone',
      ({ properties }) => Reflect.deleteProperty(properties, 'at'),
    ],
    [
      'another type',
      'data.at: type was string and is string or null',
      ({ properties }) => (properties['at'] = { ...properties['at'], type: ['string', 'null'] }),
    ],
    [
      'another form',
      'data.at: format was date-time and is anything',
      ({ properties }) => (properties['at'] = { type: 'string', 'x-wire': ['at_time', 'time'] }),
    ],
    [
      'a value that is gone',
      'data.status: the value "done" is gone',
      ({ properties }) => (properties['status'] = { type: 'string', enum: ['active'] }),
    ],
    [
      'a spelling that is gone',
      'data.at: no longer read from "at_time"',
      ({ properties }) => (properties['at'] = { ...properties['at'], 'x-wire': ['time', 'atTime'] }),
    ],
    ['a new requirement', 'data.names: is newly required', ({ required }) => required.push('names')],
    ['a requirement that is gone', 'data.at: is no longer required', ({ required }) => required.pop()],
    [
      'a change inside of a map',
      'data.names.*: type was string and is number',
      ({ properties }) =>
        (properties['names'] = { type: 'object', additionalProperties: { type: 'number' } }),
    ],
    [
      'a change inside of a list',
      'data.periods[].id: is gone',
      ({ properties }) =>
        (properties['periods'] = { type: 'array', items: { type: 'object', properties: {} } }),
    ],
  ])('names %s', (_, expected, change) => {
    expect(changed(change)).toEqual([expected]);
  });

  it('sees requirements that begin and that all end', () => {
    const open: JsonSchema = { type: 'object', properties: { id: { type: 'string' } } };
    const closed: JsonSchema = { ...open, required: ['id'] };
    expect(breakingChanges(open, closed)).toEqual(['data.id: is newly required']);
    expect(breakingChanges(closed, open)).toEqual(['data.id: is no longer required']);
  });
});

// Consumers have the committed schemas. `npm run generate:notifications` writes a schema only when the change is additive,
// because the check stands before the snapshot.
describe('libs/catalogue/schemas', () => {
  it.each(NOTIFICATIONS.map((entry) => [entry.name, entry] as const))(
    'hold the schema of %s, which only ever gains within a major',
    async (name, entry) => {
      const file = new URL(`${name}.${entry.major}.json`, SCHEMAS).pathname;
      const schema = dataJsonSchema(entry);
      if (existsSync(file)) {
        const committed = JSON.parse(readFileSync(file, 'utf8')) as JsonSchema;
        expect(
          breakingChanges(committed, schema),
          `${name}: the change is not additive. Keep what consumers of major ${entry.major} read, or raise \`major\` in libs/catalogue/src/notifications/${name}.ts`,
        ).toEqual([]);
      }
      const text = await format(JSON.stringify(schema), { ...(await resolveConfig(file)), parser: 'json' });
      await expect(text).toMatchFileSnapshot(file);
    },
  );

  // Until a release the committed files may be rewritten. After it, the present schemas are compared with the released ones.
  const released = releasedSchemas(ROOT);
  it.skipIf(released === undefined)(
    `break no reader of ${released?.tag ?? 'the last release (there is none here)'}`,
    () => {
      for (const [file, schema] of released?.schemas ?? []) {
        const [, name = '', major = ''] = /^(.+)\.(\d+)\.json$/.exec(file) ?? [];
        // The two newest majors are served.
        if ((entryOf(name)?.major ?? 0) - Number(major) > 1) continue;
        const path = new URL(file, SCHEMAS).pathname;
        expect(existsSync(path), `${file} was served`).toBe(true);
        const present = JSON.parse(readFileSync(path, 'utf8')) as JsonSchema;
        expect(breakingChanges(schema, present), file).toEqual([]);
      }
    },
  );

  it('hold no schema of a notification or a major that does not exist', () => {
    const expected = new Set(
      NOTIFICATIONS.flatMap(({ name, major }) =>
        Array.from({ length: major }, (_, index) => `${name}.${index + 1}.json`),
      ),
    );
    expect(readdirSync(SCHEMAS).filter((file) => !expected.has(file))).toEqual([]);
  });
});
