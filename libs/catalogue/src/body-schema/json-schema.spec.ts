import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { bodyJsonSchema, dataJsonSchema, dataSchemaId, NOTIFICATIONS } from '../index.js';
import { FORMATS } from '../conformance/gate.js';
import type { Field, Members } from './field.js';
import { ANNOTATIONS } from './json-schema.js';

const ALL = NOTIFICATIONS.map((entry) => [entry.name, entry] as const);

/** Strict: a keyword that is mistyped or of no effect is an error. */
function strictAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
  ajv.addVocabulary([...ANNOTATIONS]);
  for (const format of [...Object.keys(FORMATS), 'date-time']) ajv.addFormat(format, true);
  return ajv;
}

describe('the schemas', () => {
  it.each(ALL)('of %s are JSON Schema 2020-12, the same each time', (_, entry) => {
    for (const schemaOf of [bodyJsonSchema, dataJsonSchema]) {
      const ajv = strictAjv();
      expect(ajv.validateSchema(schemaOf(entry))).toBe(true);
      expect(() => ajv.compile(schemaOf(entry))).not.toThrow();
      expect(JSON.stringify(schemaOf(entry))).toBe(JSON.stringify(schemaOf(entry)));
    }
  });

  it.each(ALL)('of %s have the addresses under which they are served', (name, entry) => {
    expect(dataJsonSchema(entry).$id).toBe(`/v1/schemas/${name}/1`);
    expect(dataSchemaId(name, 1)).toBe(`/v1/schemas/${name}/1`);
    expect(bodyJsonSchema(entry).$id).toBe(`/v1/schemas/${name}/1?data=raw`);
    expect(new URL(dataSchemaId(name, 1), 'http://gateway').pathname).toBe(dataSchemaId(name, 1));
  });

  it('allow further members everywhere', () => {
    for (const entry of NOTIFICATIONS) {
      expect(JSON.stringify([bodyJsonSchema(entry), dataJsonSchema(entry)])).not.toContain(
        '"additionalProperties":false',
      );
    }
  });
});

describe('the declarations', () => {
  it.each(ALL)('of %s are sound', (_, entry) => {
    expect(problemsOf(entry.body, '')).toEqual([]);
  });

  it('mark places with names that are never anything but sensitive', () => {
    const named =
      /^(networkPassword|pin|password|bankDetails|personalId|email|phone|address|firstName|middleName|lastName|idTag|idTagLabel|rfidTagUid|iccid|imsi|acceptUrl)$/;
    const unmarked = NOTIFICATIONS.flatMap(({ name, body }) =>
      pathsOf(body, name)
        .filter(([path, field]) => named.test(path.split('.').at(-1) ?? '') && field.sensitive !== true)
        .map(([path]) => path),
    );
    // The address of a site, which is public.
    expect(unmarked).toEqual(['LocationChangedNotification.location.address']);
  });
});

function problemsOf(members: Members, at: string): string[] {
  const spellings = Object.entries(members).flatMap(([key, field]) => [
    ...new Set([...(field.wire ?? []), key]),
  ]);
  const repeated = spellings.filter((name, index) => spellings.indexOf(name) !== index);
  const problems = repeated.map((name) => `${at}: two members arrive as ${name}`);
  for (const [key, field] of Object.entries(members)) {
    const path = `${at}.${key}`;
    if (!/^[a-z][A-Za-z0-9]*$/.test(key)) problems.push(`${path}: is not in camel case`);
    if ([key, ...(field.wire ?? [])].some((name) => name in {}))
      problems.push(`${path}: every object has it`);
    const successor = field.deprecated?.supersededBy;
    if (successor !== undefined && findField(members, successor) === undefined)
      problems.push(`${path}: ${successor} does not exist`);
    problems.push(...problemsOfField(field, path));
  }
  return problems;
}

function problemsOfField(field: Field, path: string): string[] {
  switch (field.kind) {
    case 'object':
      return problemsOf(field.members, path);
    case 'list':
      return problemsOfField(field.items, `${path}[]`);
    case 'map':
      return problemsOfField(field.values, `${path}.*`);
    case 'enumeration': {
      const { values, aliases = {} } = field;
      const kinds = new Set(values.map((value) => typeof value));
      const chained = Object.values(aliases).filter((target) => target in aliases);
      return [
        ...(kinds.size === 1 ? [] : [`${path}: values of several types`]),
        ...(new Set(values).size === values.length ? [] : [`${path}: a value twice`]),
        ...chained.map((target) => `${path}: the alias ${target} is an alias itself`),
      ];
    }
    default:
      return [];
  }
}

function findField(members: Members, path: string): Field | undefined {
  const [head = '', ...rest] = path.split('.');
  const field = members[head];
  if (rest.length === 0 || field === undefined) return field;
  return field.kind === 'object' ? findField(field.members, rest.join('.')) : undefined;
}

function pathsOf(members: Members, at: string): (readonly [string, Field])[] {
  return Object.entries(members).flatMap(([key, field]) => innerPathsOf(field, `${at}.${key}`));
}

function innerPathsOf(field: Field, path: string): (readonly [string, Field])[] {
  const own = [path, field] as const;
  switch (field.kind) {
    case 'object':
      return [own, ...pathsOf(field.members, path)];
    case 'list':
      return [own, ...innerPathsOf(field.items, `${path}[]`).slice(1)];
    default:
      return [own];
  }
}
