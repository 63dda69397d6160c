import { Validator } from '@seriousme/openapi-schema-validator';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import type { OpenApiOperation } from '@chargelog/http';
import { departures, resolve } from '@test/openapi/schema-check.js';
import { apiDocument as document } from '@test/openapi/whole-api.js';

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
);

/** Every object anywhere in the document. */
function* nodes(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* nodes(inner);
}

describe('docs/openapi.json', () => {
  // A file snapshot, so that `--update` writes it anew.
  it('is the present description', async () => {
    const path = new URL('../../../docs/openapi.json', import.meta.url).pathname;
    const text = await format(JSON.stringify(document), { ...(await resolveConfig(path)), parser: 'json' });
    await expect(text).toMatchFileSnapshot(path);
  });
});

describe('the OpenAPI document', () => {
  it('is valid by the schema that OpenAPI 3.1 publishes', async () => {
    expect(
      await new Validator().validate(JSON.parse(JSON.stringify(document)) as Record<string, unknown>),
    ).toEqual({ valid: true });
  });

  it('has the members that 3.1 demands', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    for (const path of Object.keys(document.paths)) expect(path).toMatch(/^\//);
    for (const { name, operation } of operations) {
      expect(Object.keys(operation.responses), name).not.toHaveLength(0);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^([1-5]\d\d|default)$/);
        expect(response.description, name).not.toBe('');
      }
    }
  });

  it('has no reference that leads nowhere, and no schema that nothing leads to', () => {
    const used = new Set<string>();
    for (const { $ref } of nodes(document)) {
      if (typeof $ref !== 'string') continue;
      resolve(document, $ref);
      used.add($ref.slice($ref.lastIndexOf('/') + 1));
    }
    expect([...used].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
  });

  it('names each operation once, under a tag that is described', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids).toEqual([...new Set(ids)]);
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { operation } of operations) expect(tags).toContain(operation.tags[0]);
  });

  it('describes each part of a path once, as required, and nothing twice', () => {
    for (const { name, path, operation } of operations) {
      const parameters = operation.parameters ?? [];
      const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(keys, name).toEqual([...new Set(keys)]);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
      const described = parameters.filter((parameter) => parameter.in === 'path');
      expect(described.map((parameter) => parameter.name).toSorted(), name).toEqual(inPath.toSorted());
      expect(described.every(({ required }) => required === true)).toBe(true);
    }
  });

  it('refers to security schemes that are there', () => {
    for (const { operation } of operations) {
      for (const scheme of operation.security.flatMap((one) => Object.keys(one)))
        expect(document.components.securitySchemes).toHaveProperty(scheme);
    }
  });

  it('holds examples and defaults that keep to their own schemas', () => {
    for (const { name, operation } of operations) {
      for (const parameter of operation.parameters ?? []) {
        const { default: preset } = parameter.schema;
        for (const value of [parameter.example, preset].filter((one) => one !== undefined))
          expect(departures(document, parameter.schema, value), `${name} ${parameter.name}`).toEqual([]);
      }
      for (const media of mediaOf(operation)) {
        const values = Object.values(media.examples ?? {}).map((one) => (one as { value: unknown }).value);
        for (const value of media.example === undefined ? values : [media.example, ...values])
          expect(departures(document, media.schema, value), name).toEqual([]);
      }
    }
  });

  /** Events grow by attributes, bodies are AMPECO's, problems have members of their own. */
  const OPEN = /^(EventEnvelope|UnrecognizedEvent|Event\..+|Data\..+|Problem)$/;

  it('describes every member: what it shows as an object with members has no others', () => {
    const closed = Object.entries(document.components.schemas).filter(([name]) => !OPEN.test(name));
    expect(closed.length).toBeGreaterThan(25);
    const answers = operations.flatMap(({ name, operation }) =>
      Object.values(operation.responses).map((response): [string, unknown] => [name, response.content]),
    );
    for (const [name, value] of [...closed, ...answers])
      for (const node of nodes(value))
        if (node['properties'] !== undefined)
          expect(node, name).toMatchObject({ additionalProperties: false });
  });

  it('gives every body an example', () => {
    for (const { name, operation } of operations) {
      for (const { example } of Object.values(operation.requestBody?.content ?? {}))
        expect(example, name).toBeDefined();
    }
  });
});

function mediaOf(operation: OpenApiOperation) {
  const answers = Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {}));
  return [
    ...answers,
    ...Object.values(operation.requestBody?.content ?? {}).map((media) => ({ ...media, examples: {} })),
  ];
}
